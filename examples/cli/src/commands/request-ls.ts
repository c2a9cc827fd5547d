import { type Command, gatewayOptions, listFormat } from '../command.js';
import { wantsJson } from '../options.js';
import { requireLogin } from '../session/require-login.js';
import { formatTable } from '../table.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern request ls`: own requests, and those that one may review. */
export const requestLs: Command = {
  name: 'request ls',
  group: 'Access',
  summary: 'list your access requests, and those you may review',
  options: { ...gatewayOptions, ...listFormat },
  examples: ['postern request ls', 'postern request ls --format json'],
  async run(input) {
    const { api } = requireLogin(input);
    const requests = await withProgress(input, 'asking', () => api.requests());
    if (wantsJson(input)) input.out(`${JSON.stringify({ requests }, null, 2)}\n`);
    else if (requests.length === 0) input.err('There are no requests.\n');
    else {
      input.out(
        formatTable(
          ['ID', 'USER', 'ROLES', 'STATE', 'VALID TO', 'REASON'],
          requests.map((request) => [
            request.id,
            request.user,
            request.roles.join(','),
            request.state,
            request.expiresAt,
            request.reason,
          ]),
        ),
      );
    }
    return 0;
  },
};
