import { usageError } from '../cli-error.js';
import { type Command, gatewayOptions } from '../command.js';
import { textOption } from '../options.js';
import { requireLogin } from '../session/require-login.js';
import { requestId } from '../session/use-request.js';
import { printable } from '../table.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern request review`: approves or denies a request of somebody else. */
export const requestReview: Command = {
  name: 'request review',
  group: 'Access',
  summary: 'approve or deny a request of somebody else',
  operands: 'ID',
  completes: 'requests',
  options: {
    approve: { type: 'boolean', summary: 'let them have it' },
    deny: { type: 'boolean', summary: 'do not' },
    reason: { type: 'string', value: 'TEXT', summary: 'why; whoever asked reads it' },
    ...gatewayOptions,
  },
  examples: [
    'postern request review --approve ID',
    'postern request review --deny --reason "use the read-only role" ID',
  ],
  async run(input) {
    const id = requestId(input, requestReview);
    const approves = input.options.approve === true;
    if (approves === (input.options.deny === true)) {
      throw usageError('approve or deny? Give one of --approve and --deny.');
    }
    const { api } = requireLogin(input);
    const reviewed = await withProgress(input, 'reviewing', () =>
      api.reviewRequest(id, approves ? 'approve' : 'deny', textOption(input, 'reason')),
    );
    input.err(
      `The request of ${printable(reviewed.user)} for ${reviewed.roles.join(', ')} is ${reviewed.state}.\n`,
    );
    return 0;
  },
};
