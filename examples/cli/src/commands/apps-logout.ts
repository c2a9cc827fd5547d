import { ApiError } from '../api/send.js';
import { CliError } from '../cli-error.js';
import { type Command, gatewayOptions } from '../command.js';
import { onlyWord } from '../options.js';
import { requireLogin } from '../session/require-login.js';
import { hint } from '../suggest.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern apps logout`: closes one open app, or all. */
export const appsLogout: Command = {
  name: 'apps logout',
  group: 'Use AWS',
  summary: 'close an open app, or all of them, and remove its credentials',
  operands: '[APP]',
  completes: 'apps',
  options: gatewayOptions,
  examples: ['postern apps logout awsconsole-test', 'postern apps logout   # all'],
  async run(input) {
    const app = onlyWord(input, appsLogout);
    const { store, profile, api } = requireLogin(input);
    return store.locked(async () => {
      const open = store.sessions(profile);
      const closing = open.filter((session) => app === undefined || session.app === app);
      if (app !== undefined && closing.length === 0) {
        const names = open.map((session) => session.app);
        throw new CliError(
          `the app "${app}" is not open${hint(app, names) || (names.length > 0 ? `; open are: ${names.join(', ')}` : '')}`,
        );
      }
      if (closing.length === 0) input.err('No app was open.\n');
      for (const session of closing) {
        // The files go first: whatever the gateway answers, the keys are gone from here.
        store.removeSession(profile, session.app);
        await withProgress(input, `closing ${session.app}`, () =>
          api.closeSession(session.id).catch((error) => {
            // A session that the gateway no longer knows is closed.
            if (!(error instanceof ApiError)) throw error;
          }),
        );
        input.err(`Logged out of app "${session.app}".\n`);
      }
      return 0;
    });
  },
};
