import { isConsoleUri } from '@postern/config/aws';
import {
  type AccessState,
  type App,
  compileLabelExpression,
  expandLabelTemplates,
  expandTemplates,
  matchLabels,
  type Role,
  type RoleConditions,
  type User,
} from '../../src/index.js';

type Answer = 'yes' | 'no' | 'error';

/**
 * The decision as one reads it: role by role, condition by condition, nothing kept. Slow, and the measure for the indexes
 * and caches of the real one.
 */
export function referenceCode(
  roles: readonly Role[],
  user: User,
  app: App,
  roleArn: string,
  state: AccessState,
): string {
  const traits = Object.fromEntries(
    Object.entries(user.spec?.traits ?? {}).map(([name, value]) => [name, [value].flat()]),
  );
  const labels = { ...app.metadata.labels, ...app.dynamicLabels };
  const isAws = app.spec.cloud === 'AWS' || isConsoleUri(app.spec.uri ?? '');
  const wantsMfa = (role: Role) =>
    ![undefined, false, ''].includes(role.spec?.options?.require_session_mfa as undefined);

  const selector = (part: RoleConditions | undefined, byDefault?: object): Answer => {
    const matched = matchLabels(
      expandLabelTemplates({ ...(part?.app_labels ?? byDefault) }, traits),
      labels,
    );
    return matched === 'match' ? 'yes' : matched === 'error' ? 'error' : 'no';
  };
  const expression = (part: RoleConditions | undefined): Answer => {
    try {
      const text = part?.app_labels_expression ?? '';
      const result = compileLabelExpression(text).evaluate({
        labels,
        traits,
        username: user.metadata.name,
      });
      return 'error' in result ? 'error' : result.value ? 'yes' : 'no';
    } catch {
      return 'error';
    }
  };
  const lists = (part: RoleConditions | undefined) =>
    expandTemplates([part?.aws_role_arns ?? []].flat(), traits).includes(roleArn);

  if (state.clusterRequireMfa && !state.mfaVerified) return 'mfa-required';
  for (const { spec } of roles) {
    const deny = spec?.deny;
    const byLabels = Object.keys(deny?.app_labels ?? {}).length > 0 ? selector(deny) : 'no';
    if (byLabels !== 'no') return byLabels === 'error' ? 'bad-role' : 'explicit-deny';
    const byExpression = deny?.app_labels_expression ? expression(deny) : 'no';
    if (byExpression !== 'no') return byExpression === 'error' ? 'bad-role' : 'explicit-deny';
    if (isAws && lists(deny)) return 'explicit-deny';
  }
  const mfaOpen = roles.some(wantsMfa) && !state.mfaVerified;
  const deviceOpen = state.enableDeviceVerification === true && !state.deviceVerified;
  let granted = false;
  for (const role of roles) {
    const allow = role.spec?.allow;
    const byDefault = role.version === 'v3' ? { '*': '*' } : undefined;
    const hasLabels = Object.keys(allow?.app_labels ?? byDefault ?? {}).length > 0;
    const hasExpression = Boolean(allow?.app_labels_expression);
    if (!hasLabels && !hasExpression) continue;
    const answers = [
      hasLabels ? selector(allow, byDefault) : 'yes',
      hasExpression ? expression(allow) : 'yes',
    ];
    if (answers.includes('error')) return 'bad-role';
    if (answers.includes('no') || (isAws && !lists(allow))) continue;
    if (!mfaOpen && !deviceOpen) return 'granted';
    if (mfaOpen && wantsMfa(role)) return 'mfa-required';
    if (deviceOpen && role.spec?.options?.device_trust_mode === 'required')
      return 'device-required';
    granted = true;
  }
  return granted ? 'granted' : 'no-allow';
}
