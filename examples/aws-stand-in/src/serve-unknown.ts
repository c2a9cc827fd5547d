import { authenticateBuffered } from './authenticate.js';
import type { Call } from './call.js';
import { AwsFault } from './errors/aws-fault.js';
import type { Answer } from './http/answer.js';
import { parseQuery, queryValue } from './http/query.js';
import { header } from './http/wire-request.js';
import { authorize } from './iam/authorize.js';

// Where permissions are named differently from signatures.
const POLICY_NAMES: ReadonlyMap<string, string> = new Map([['email', 'ses']]);

/**
 * A service the stand-in does not play: the signature and the permission are judged all the same, then the answer is
 * that the operation does not exist, in the service's protocol.
 *
 * @throws {AwsFault} always
 */
export async function serveUnknown(call: Call): Promise<Answer> {
  const { verified, body } = await authenticateBuffered(call);
  const operation = operationOf(call, body);
  const { service } = call.target;
  call.draft.action = `${POLICY_NAMES.get(service) ?? service}:${operation}`;
  authorize(verified.caller, call.protocol, call.draft.action, '*');
  const message = `The stand-in does not play ${call.draft.action}.`;
  const xml = ['query', 'ec2', 'restXml'].includes(call.protocol);
  throw new AwsFault(xml ? 'InvalidAction' : 'UnknownOperationException', 400, message);
}

function operationOf({ wire, protocol }: Call, body: Buffer): string {
  const target = header(wire, 'x-amz-target')?.split('.').at(-1);
  const path = /\/operation\/([^/]+)$/.exec(wire.path)?.[1];
  const form = protocol === 'query' || protocol === 'ec2' ? parseQuery(body.toString()) : [];
  const named = queryValue(parseQuery(wire.query), 'Action') ?? queryValue(form, 'Action');
  const operation = target ?? path ?? named ?? '';
  return /^[A-Za-z0-9]{1,64}$/.test(operation) ? operation : 'Unknown';
}
