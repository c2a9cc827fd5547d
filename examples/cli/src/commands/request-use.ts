import { type Command, gatewayOptions } from '../command.js';
import { requireLogin } from '../session/require-login.js';
import { requestId, useRequest } from '../session/use-request.js';

/** `postern request use`: the login has the roles from now on. */
export const requestUse: Command = {
  name: 'request use',
  group: 'Access',
  summary: 'take the roles of an approved request into your login',
  operands: 'ID',
  completes: 'requests',
  options: gatewayOptions,
  examples: ['postern request use ID'],
  async run(input) {
    await useRequest(input, requireLogin(input), requestId(input, requestUse));
    return 0;
  },
};
