import { type Command, gatewayOptions } from '../command.js';
import { requireLogin } from '../session/require-login.js';
import { requestId } from '../session/use-request.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern request withdraw`: takes an own request back. */
export const requestWithdraw: Command = {
  name: 'request withdraw',
  group: 'Access',
  summary: 'take back a request of yours that waits for its review',
  operands: 'ID',
  completes: 'requests',
  options: gatewayOptions,
  examples: ['postern request withdraw ID'],
  async run(input) {
    const id = requestId(input, requestWithdraw);
    const { api } = requireLogin(input);
    await withProgress(input, 'withdrawing', () => api.withdrawRequest(id));
    input.err('The request is withdrawn.\n');
    return 0;
  },
};
