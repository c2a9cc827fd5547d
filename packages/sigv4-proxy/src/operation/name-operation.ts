import type { HeaderList } from '../request.js';
import { type ServiceRow, servicesWithSigningName } from '../target/service-rows.js';
import { isRestService, matchRestOperation } from './match-rest.js';
import { nameS3Operation } from './name-s3-operation.js';
import { readRestRequest } from './rest-request.js';

/** What an operation is named from. All of it has been verified; nothing that the client could leave unsigned counts. */
export interface NameOperationQuery {
  /** The signing name. */
  readonly service: string;
  readonly method: string;
  /** The raw request target, path and query. */
  readonly target: string;
  readonly headers: HeaderList;
  /** The host that will be asked, from `resolveTarget`: S3 keeps buckets there. Undefined only when there is none yet. */
  readonly host: string | undefined;
  /** A form body, when it is in hand. Without it, operations of the query protocol can only be told from the query string. */
  readonly body?: Uint8Array | undefined;
}

/** The name of an operation. */
export interface OperationName {
  /** As in the service model, such as `GetItem`; undefined when it cannot be told for certain. */
  readonly operation: string | undefined;
  /** `service:operation` with the signing name; `service:*unknown*` when the operation cannot be told. */
  readonly action: string;
}

const NAME = /^[A-Za-z][A-Za-z0-9]{0,127}$/;
const MAX_FORM = 1024 * 1024;

/**
 * Names the operation that AWS will read from a request: X-Amz-Target, the path of CBOR calls, the Action parameter, or the REST
 * route. Only the forms that the service speaks are looked at, and when two of them disagree the operation is unknown: policy
 * must not decide about one operation while AWS carries out another.
 */
export function nameOperation(query: NameOperationQuery): OperationName {
  const operation = findOperation(query);
  return { operation, action: `${query.service}:${operation ?? '*unknown*'}` };
}

function findOperation(query: NameOperationQuery): string | undefined {
  const request = readRestRequest(query.method, query.target, query.headers);
  const s3 = nameS3Operation(query.service, request, query.host);
  if (s3 !== undefined) return s3.operation;
  const rows = servicesWithSigningName(query.service);
  const names = new Set(rpcNames(query, rows));
  const isRoot = request.segments.length === 1 && request.segments[0] === '';
  // A route is only asked when nothing else speaks, or beside it when the path is more than the root that RPC calls use.
  if (names.size === 0 || !isRoot) {
    if (!isPlainPath(request.segments)) return undefined;
    const route = bestRoute(rows, request);
    if (route !== undefined) names.add(route);
  }
  const [name, other] = names;
  return other === undefined && name !== undefined && NAME.test(name) ? name : undefined;
}

/**
 * Whether a router can read the path in one way only: no dot segments, no empty ones but the last, no character encoded without
 * need. AWS may fold and decode such paths before it routes them.
 */
function isPlainPath(segments: readonly string[]): boolean {
  return segments.every((segment, index) => {
    const isEmpty = segment === '' && index < segments.length - 1;
    const decoded = segment.replace(
      /%(?:2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])/g,
      '',
    );
    return !isEmpty && segment !== '.' && segment !== '..' && decoded === segment;
  });
}

/** Operation names in the forms of JSON, CBOR and query calls. A service that only has routes ignores all of them. */
function rpcNames(query: NameOperationQuery, rows: readonly ServiceRow[]): readonly string[] {
  const isRpc =
    rows.length === 0 ||
    rows.some((row) => row.targetPrefix !== undefined || !isRestService(row.id));
  if (!isRpc || query.method === 'PUT' || query.method === 'DELETE') return [];
  const targets = query.headers.filter(([name]) => name.toLowerCase() === 'x-amz-target');
  const names = targets.map(([, value]) => value.slice(value.lastIndexOf('.') + 1));
  const cbor = /^\/service\/[^/?]+\/operation\/([^/?]+)(?:\?|$)/.exec(query.target)?.[1];
  if (cbor !== undefined) names.push(cbor);
  const form = formBody(query);
  const queryString = query.target.includes('?')
    ? query.target.slice(query.target.indexOf('?') + 1)
    : '';
  return [...names, ...actionsOf(queryString), ...actionsOf(form)];
}

function formBody({ headers, body }: NameOperationQuery): string {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const isForm = /^application\/x-www-form-urlencoded(?:;|\s|$)/i.test(type.trim());
  if (!isForm || body === undefined || body.length > MAX_FORM) return '';
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
}

function actionsOf(form: string): readonly string[] {
  const names: string[] = [];
  for (const pair of form.split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && decode(pair.slice(0, equals)) === 'Action') {
      names.push(decode(pair.slice(equals + 1)));
    }
  }
  return names;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function bestRoute(
  rows: readonly ServiceRow[],
  request: ReturnType<typeof readRestRequest>,
): string | undefined {
  let best: { readonly operation: string; readonly weight: number } | undefined;
  for (const row of rows) {
    const match = matchRestOperation(row.id, request);
    if (match && match.weight > (best?.weight ?? -1)) best = match;
  }
  return best?.operation;
}
