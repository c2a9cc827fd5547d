import { crc32 } from 'node:zlib';
import { authenticateBuffered } from '../authenticate.js';
import type { Call } from '../call.js';
import { authFault } from '../errors/auth-fault.js';
import { AwsFault } from '../errors/aws-fault.js';
import type { Answer } from '../http/answer.js';
import { header } from '../http/wire-request.js';
import { authorize } from '../iam/authorize.js';

// dynalite knows one account and region; these operations show or take table ARNs, which must name the caller's.
const ARN_OPERATIONS = new Set([
  'CreateTable',
  'DescribeTable',
  'UpdateTable',
  'DeleteTable',
  'TagResource',
  'UntagResource',
  'ListTagsOfResource',
]);

const LOCAL_ARN = /arn:aws:dynamodb:[a-z0-9-]+:\d{12}:/g;

/** Serves one DynamoDB call: signature, permission, then dynalite. */
export async function serveDynamoDb(call: Call): Promise<Answer> {
  const { wire, target, protocol, state, draft } = call;
  const { verified, body } = await authenticateBuffered(call);
  const { caller } = verified;
  const amzTarget = header(wire, 'x-amz-target') ?? '';
  const operation = /^DynamoDB_20120810\.([A-Za-z]{1,64})$/.exec(amzTarget)?.[1];
  if (operation === undefined || wire.method !== 'POST') {
    throw new AwsFault('UnknownOperationException', 400, 'The operation is not known.');
  }
  draft.action = `dynamodb:${operation}`;
  if (target.accountId !== undefined && target.accountId !== caller.accountId) {
    throw authFault('denied', protocol, 'The endpoint belongs to another account.');
  }
  const region = target.region ?? '';
  const base = `arn:${target.partition}:dynamodb:${region}:${caller.accountId}:`;
  for (const table of tablesOf(body)) {
    const name = table.startsWith('arn:') ? table : `${base}table/${table}`;
    authorize(caller, protocol, `dynamodb:${operation}`, name);
  }
  const sent = ARN_OPERATIONS.has(operation) ? toLocalArns(body, base) : body;
  const response = await state.dynamoDb.send({
    accountId: caller.accountId,
    region,
    target: amzTarget,
    contentType: header(wire, 'content-type') ?? 'application/x-amz-json-1.0',
    body: sent,
  });
  const shown = ARN_OPERATIONS.has(operation)
    ? Buffer.from(response.body.toString().replace(LOCAL_ARN, base))
    : response.body;
  const headers = {
    ...response.headers,
    'x-amzn-requestid': call.requestId,
    'content-length': String(shown.length),
    'x-amz-crc32': String(crc32(shown)),
  };
  if (response.status >= 400) draft.errorCode = errorCode(shown);
  return { status: response.status, headers, body: shown };
}

// Every table the call touches; calls that name none act on all of them.
function tablesOf(body: Buffer): readonly string[] {
  const request = parse(body);
  if (!request) throw new AwsFault('SerializationException', 400, 'The body is not a JSON object.');
  const names = new Set<string>();
  const { TableName: name, ResourceArn: arn, RequestItems: items } = request;
  if (typeof name === 'string') names.add(name);
  if (typeof arn === 'string') names.add(arn);
  if (isRecord(items)) for (const key of Object.keys(items)) names.add(key);
  return names.size === 0 ? ['*'] : [...names];
}

function toLocalArns(body: Buffer, base: string): Buffer {
  return Buffer.from(body.toString().replaceAll(base, 'arn:aws:dynamodb:us-east-1:000000000000:'));
}

function errorCode(body: Buffer): string {
  const type = parse(body)?.__type;
  return typeof type === 'string' ? (type.split('#').at(-1) ?? '') : 'Unknown';
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
