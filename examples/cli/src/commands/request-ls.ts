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
    const [requests, { requests: used }] = await withProgress(input, 'asking', () =>
      Promise.all([api.requests(), api.status()]),
    );
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
            used.includes(request.id) ? 'in use' : request.state,
            request.expiresAt,
            request.reason,
          ]),
        ),
      );
    }
    return 0;
  },
};
