// The evaluator one writes first, with the real rules: walk the held roles, fill in traits, deny parts first, then allow
// parts, in which labels and ARN must come from one role. It answers yes or no, without reasons.

/** @param {boolean} cached remember regular expressions and filled-in templates */
export function createNaive(cached) {
  const regexes = new Map();
  const expansions = new Map();
  const remember = (map, key, make) => {
    if (!cached) return make();
    let value = map.get(key);
    if (value === undefined) {
      value = make();
      map.set(key, value);
    }
    return value;
  };
  const regexOf = (glob) =>
    remember(
      regexes,
      glob,
      () => new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`),
    );
  const expand = (text, traits) => {
    if (!text.includes('{{')) return [text];
    return remember(expansions, text, () => {
      const [whole, name] = /\{\{external\.(\w+)\}\}/.exec(text) ?? [];
      return (traits[name] ?? []).map((value) => text.replace(whole, value));
    });
  };
  const matchesValue = (wanted, value) =>
    wanted === '*' || (wanted.includes('*') ? regexOf(wanted).test(value) : wanted === value);
  const matchesLabels = (selector, labels, traits) => {
    const entries = Object.entries(selector ?? {});
    return (
      entries.length > 0 &&
      entries.every(([key, values]) => {
        const value = labels[key];
        if (value === undefined) return false;
        return values.some((text) => expand(text, traits).some((one) => matchesValue(one, value)));
      })
    );
  };
  const listsArn = (arns, roleArn, traits) =>
    (arns ?? []).some((text) => expand(text, traits).includes(roleArn));

  return function can(roles, user, app, roleArn) {
    const { traits } = user.spec;
    const { labels } = app.metadata;
    for (const { spec } of roles) {
      const { deny } = spec;
      if (deny === undefined) continue;
      if (matchesLabels(deny.app_labels, labels, traits)) return false;
      if (listsArn(deny.aws_role_arns, roleArn, traits)) return false;
    }
    return roles.some(({ spec: { allow } }) => {
      return (
        matchesLabels(allow.app_labels, labels, traits) &&
        listsArn(allow.aws_role_arns, roleArn, traits)
      );
    });
  };
}
