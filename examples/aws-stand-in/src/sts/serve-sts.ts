import { authenticateBuffered } from '../authenticate.js';
import type { Call } from '../call.js';
import { AwsFault } from '../errors/aws-fault.js';
import type { Answer } from '../http/answer.js';
import { readBody } from '../http/read-body.js';
import { isUnsigned } from '../sigv4/claim.js';
import { assumeRole } from './assume-role.js';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js';
import { type Parameters, readParameters } from './parameters.js';
import { stsAnswer } from './sts-answer.js';

const VERSION = '2011-06-15';

/** Serves one STS call: verifies who calls unless the action needs nobody, then runs it. */
export async function serveSts(call: Call): Promise<Answer> {
  if (isUnsigned(call.wire)) {
    const body = await readBody(call.wire, call.state.options.maxBodyBytes);
    const parameters = readParameters(call.wire, body);
    if (parameters.get('Action') === 'AssumeRoleWithWebIdentity') {
      call.draft.action = 'sts:AssumeRoleWithWebIdentity';
      checkVersion(parameters);
      return assumeRoleWithWebIdentity(call, parameters);
    }
    const message = 'Request is missing Authentication Token';
    throw new AwsFault('MissingAuthenticationToken', 403, message);
  }
  const { verified, body } = await authenticateBuffered(call);
  const parameters = readParameters(call.wire, body);
  const action = parameters.get('Action');
  if (action === undefined) {
    throw new AwsFault('MissingAction', 400, 'The request must contain the parameter Action.');
  }
  checkVersion(parameters);
  call.draft.action = `sts:${action.slice(0, 64)}`;
  const { caller } = verified;
  switch (action) {
    case 'AssumeRole':
      return assumeRole(call, caller, parameters);
    case 'AssumeRoleWithWebIdentity':
      return assumeRoleWithWebIdentity(call, parameters);
    case 'GetCallerIdentity': {
      // AWS lets everybody ask this, even under an explicit deny.
      const members = { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId };
      return stsAnswer(call, action, { members });
    }
    default: {
      const message = `Could not find operation ${action} for version ${VERSION}`;
      throw new AwsFault('InvalidAction', 400, message);
    }
  }
}

function checkVersion(parameters: Parameters): void {
  const version = parameters.get('Version');
  if (version === VERSION) return;
  const message = `The requested version ( ${version ?? ''} ) is not valid.`;
  throw new AwsFault('NoSuchVersion', 400, message);
}
