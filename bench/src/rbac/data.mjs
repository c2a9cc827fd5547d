// Seeded data for the bench of role decisions: roles with templates and denials, one user, 1,000 apps with 20 AWS roles each.

const TEAMS = 40;
const ACCOUNTS = 50;
const KINDS = ['ReadOnly', 'Developer', 'Ops', 'Admin', 'Billing'];
const APPS = 1000;
const URI = 'https://console.aws.amazon.com/';

const account = (index) => String(100000000000 + index);
const arn = (id, kind, level) => `arn:aws:iam::${id}:role/${kind}-${level}`;

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param {number} total how many roles there are
 * @param {number} held how many of them the user holds
 */
export function makeData(total, held, seed = 11) {
  const next = random(seed);
  const below = (count) => Math.floor(next() * count);
  const pick = (list) => list[below(list.length)];
  const team = () => `team-${below(TEAMS)}`;
  const chance = (share) => next() < share;

  const selector = () => {
    const env = chance(0.5) ? [pick(['dev', 'stg', 'prod'])] : chance(0.6) ? ['dev', 'stg'] : ['*'];
    const teams = chance(0.7)
      ? [team()]
      : chance(0.5)
        ? ['{{external.team}}']
        : chance(0.7)
          ? [`team-${below(4)}*`]
          : ['*'];
    return { env, team: teams, ...(chance(0.3) && { tier: [pick(['web', 'db'])] }) };
  };
  const anyArn = () => {
    const id = account(below(ACCOUNTS));
    if (chance(0.15)) return `arn:aws:iam::${id}:role/{{external.kind}}-${below(4)}`;
    return chance(0.05) ? '{{external.aws_role_arns}}' : arn(id, pick(KINDS), below(4));
  };
  const deny = () =>
    chance(0.5)
      ? { app_labels: { env: ['prod'], team: [team()] } }
      : { aws_role_arns: [arn(account(below(ACCOUNTS)), 'Admin', below(4))] };
  const roles = Array.from({ length: total }, (_, index) => ({
    kind: 'role',
    version: 'v7',
    metadata: { name: `role-${index}` },
    spec: {
      allow: {
        app_labels: selector(),
        aws_role_arns: Array.from({ length: 4 + below(12) }, anyArn),
      },
      ...(chance(0.05) && { deny: deny() }),
    },
  }));
  const names = new Set();
  while (names.size < held) names.add(below(total));
  const user = {
    kind: 'user',
    metadata: { name: 'alice' },
    spec: {
      traits: {
        team: ['team-3', 'team-17'],
        kind: ['ReadOnly'],
        aws_role_arns: [arn(account(3), 'Ops', 1), arn(account(9), 'Ops', 2)],
      },
    },
  };
  const apps = Array.from({ length: APPS }, (_, index) => {
    const id = account(index % ACCOUNTS);
    const labels = {
      env: pick(['dev', 'stg', 'prod']),
      team: team(),
      tier: pick(['web', 'db', 'batch']),
      aws_account_id: id,
      region: pick(['us-east-1', 'eu-west-1']),
    };
    return {
      app: { kind: 'app', metadata: { name: `app-${index}`, labels }, spec: { uri: URI } },
      arns: KINDS.flatMap((kind) => [0, 1, 2, 3].map((level) => arn(id, kind, level))),
    };
  });
  const asks = Array.from({ length: 20000 }, () => {
    const { app, arns } = pick(apps);
    return { app, roleArn: pick(arns) };
  });
  return { roles, held: [...names].map((index) => roles[index]), user, apps, asks };
}

/** The same app, frozen all through, as a caller would keep it. */
export function freezeApp(app) {
  Object.freeze(app.metadata.labels);
  Object.freeze(app.metadata);
  Object.freeze(app.spec);
  return Object.freeze(app);
}
