import type { AppView } from '../api/types.js';
import { CliError } from '../cli-error.js';
import { type Command, gatewayOptions, listFormat } from '../command.js';
import { textOption, wantsJson } from '../options.js';
import { requireLogin } from '../session/require-login.js';
import { hint } from '../suggest.js';
import { formatTable, printable } from '../table.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern apps ls`: which AWS apps and roles there are, and what each of them needs. */
export const appsLs: Command = {
  name: 'apps ls',
  group: 'Use AWS',
  summary: 'list the AWS apps and roles that you can use or ask for',
  options: {
    ...gatewayOptions,
    app: { type: 'string', value: 'APP', summary: 'only this app', env: 'POSTERN_APP' },
    ...listFormat,
  },
  examples: ['postern apps ls', 'postern apps ls --format json'],
  async run(input) {
    const { store, profile, api } = requireLogin(input);
    const all = await withProgress(input, 'asking for the apps', () => api.apps());
    const only = input.given.has('app') ? textOption(input, 'app') : undefined;
    const apps = all.filter(({ name }) => only === undefined || name === only);
    if (only !== undefined && apps.length === 0) {
      const names = all.map(({ name }) => name);
      throw new CliError(
        `there is no app "${only}"${hint(only, names) || `; there are: ${names.join(', ')}`}`,
      );
    }
    if (wantsJson(input)) {
      input.out(`${JSON.stringify({ apps }, null, 2)}\n`);
      return 0;
    }
    if (apps.length === 0) {
      input.err('No app is open to you; ask whoever runs the gateway.\n');
      return 0;
    }
    const open = new Map(store.sessions(profile).map(({ app, roleArn }) => [app, roleArn]));
    input.out(
      formatTable(
        ['APP', 'ACCOUNT', 'PARTITION', 'ROLE', 'STATUS'],
        apps.flatMap((app) => rowsOf(app, open.get(app.name))),
      ),
    );
    for (const line of reasonsOf(apps)) input.err(`${line}\n`);
    return 0;
  },
};

function rowsOf({ name, account, partition, roles }: AppView, open: string | undefined) {
  if (roles.length === 0) return [[name, account, partition, '', 'no role']];
  return roles.map((role) => [
    name,
    account,
    partition,
    role.display === role.name ? role.name : `${role.name} (${role.display})`,
    role.arn === open ? `${role.status}, open` : role.status,
  ]);
}

/** What the table has no room for: why not, and what could be asked for. */
function reasonsOf(apps: readonly AppView[]): readonly string[] {
  return apps.flatMap(({ name, roles }) =>
    roles
      .filter(({ status, reason }) => status !== 'usable' && reason !== undefined)
      .map((role) => {
        const [first] = role.requestable;
        const ask =
          first === undefined ? '' : ` Ask: postern request create --roles ${first} --reason TEXT`;
        return printable(`${name}, ${role.name}: ${role.reason ?? ''}${ask}`);
      }),
  );
}
