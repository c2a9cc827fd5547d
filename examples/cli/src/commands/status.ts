import { type Command, gatewayOptions, listFormat } from '../command.js';
import { wantsJson } from '../options.js';
import { requireLogin } from '../session/require-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern status`: who is logged in where, until when, and with which apps open. */
export const status: Command = {
  name: 'status',
  group: 'Sign in',
  summary: 'show the login, its roles and the open apps',
  options: { ...gatewayOptions, ...listFormat },
  examples: ['postern status', "postern status --format json | jq -r '.roles[]'"],
  async run(input) {
    const { store, profile, login, api } = requireLogin(input);
    const { user, roles, expiresAt, requests } = await withProgress(input, 'asking', () =>
      api.status(),
    );
    const now = input.clock().getTime();
    const apps = store
      .sessions(profile)
      .filter((session) => Date.parse(session.expiresAt) > now)
      .map((session) => ({
        app: session.app,
        roleArn: session.roleArn,
        expiresAt: session.expiresAt,
      }));
    if (wantsJson(input)) {
      const { gateway } = login;
      input.out(
        `${JSON.stringify({ gateway, profile, user, roles, expiresAt, requests, apps }, null, 2)}\n`,
      );
      return 0;
    }
    const lines = [
      `Gateway:   ${login.gateway}${profile === store.current() ? '' : ` (profile ${profile})`}`,
      `User:      ${user}`,
      `Roles:     ${roles.join(', ') || 'none'}`,
      `Valid to:  ${expiresAt}`,
      ...(requests.length > 0 ? [`Requests:  ${requests.join(', ')}`] : []),
      apps.length === 0 ? 'Open apps: none' : 'Open apps:',
      ...apps.map(({ app, roleArn, expiresAt: end }) => `  ${app}  ${roleArn}  until ${end}`),
    ];
    input.out(`${lines.join('\n')}\n`);
    return 0;
  },
};
