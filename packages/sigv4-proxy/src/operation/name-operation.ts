import type { HeaderList } from '../request.js';
import { type ServiceRow, servicesWithSigningName } from '../target/service-rows.js';
import { actionsOf, actionsOfBody, MAX_FORM } from './form-actions.js';
import { matchRestOperation } from './match-rest.js';
import { nameS3Operation } from './name-s3-operation.js';
import { readRestRequest } from './rest-request.js';
import type { RestRoutes } from './rest-routes.js';
import { isProtocolHeader, type RpcV2Reading, readRpcV2Call } from './rpc-v2-call.js';

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
  /**
   * The body, when it is in hand. The query protocol names its operation there; without it such calls have no name, unless the
   * headers say that there is no body.
   */
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

/**
 * Names the operation that AWS will read from a request: X-Amz-Target, the path of CBOR calls, the Action parameter, or the REST
 * route. Only the forms that the service speaks are looked at, and when two of them disagree the operation is unknown: policy
 * must not decide about one operation while AWS carries out another.
 *
 * @param routes from `loadRestRoutes`
 */
export function nameOperation(query: NameOperationQuery, routes: RestRoutes): OperationName {
  const operation = findOperation(query, routes);
  return { operation, action: `${query.service}:${operation ?? '*unknown*'}` };
}

function findOperation(query: NameOperationQuery, routes: RestRoutes): string | undefined {
  const { service, method, target, headers, host } = query;
  const request = readRestRequest(method, target, headers);
  const hasProtocol = headers.some(([name]) => isProtocolHeader(name));
  const s3 = nameS3Operation(service, request, host, routes);
  // What hands out credentials keeps its name: no header may hide it.
  if (s3 !== undefined) {
    return hasProtocol && s3.operation !== 'CreateSession' ? undefined : s3.operation;
  }
  const rows = servicesWithSigningName(service);
  const isRoot = request.segments.length === 1 && request.segments[0] === '';
  const isRpc =
    rows.length === 0 || rows.some((row) => row.targetPrefix !== undefined || !routes.has(row.id));
  // Without the header, the path of a service that only has routes may look like anything.
  const call = isRpc || hasProtocol ? readRpcV2Call(method, target, headers) : undefined;
  if (call?.kind === 'unclear') return undefined;
  const names = isRpc ? rpcNames(query, call, rows, isRoot, routes) : namesOf(call);
  if (names === undefined) return undefined;
  // A route is only asked when nothing else speaks, or beside it when the path is more than the root that RPC calls use.
  if (names.size === 0 || !isRoot) {
    if (!isPlainPath(request.segments)) return undefined;
    const route = bestRoute(servicesAt(host, rows), request, routes);
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

/**
 * Operation names in the forms of JSON, CBOR and query calls. Undefined when a body that nobody has looked at could name another
 * operation.
 */
function rpcNames(
  query: NameOperationQuery,
  call: RpcV2Reading | undefined,
  rows: readonly ServiceRow[],
  isRoot: boolean,
  routes: RestRoutes,
): Set<string> | undefined {
  if (query.method === 'PUT' || query.method === 'DELETE') return new Set();
  const types = values(query.headers, 'content-type');
  if (types.length > 1) return undefined;
  const here = servicesAt(query.host, rows);
  const targets = values(query.headers, 'x-amz-target');
  const names = new Set(targets.map((value) => targetName(value, here)));
  if (call?.kind === 'call') names.add(call.operation);
  const mark = query.target.indexOf('?');
  for (const name of actionsOf(mark < 0 ? '' : query.target.slice(mark + 1))) names.add(name);
  // What a service takes for JSON or CBOR is no form, whatever it looks like. A service of another protocol reads the form, and
  // what the client calls it does not matter.
  const type = types[0]?.trim().toLowerCase() ?? '';
  const [target] = targets;
  if (type.startsWith('application/x-amz-json-') && speaksTarget(target, here, routes))
    return names;
  const shape = call?.kind === 'call' ? call.shape : undefined;
  if (
    type === 'application/cbor' &&
    here.length > 0 &&
    here.every((row) => speaksCbor(row, shape))
  ) {
    return names;
  }
  const isRouted = !isRoot && rows.some((row) => routes.has(row.id));
  if (isUnseen(query)) return isRouted && names.size === 0 ? names : undefined;
  const actions = actionsOfBody(query.body, query.headers);
  if (actions === undefined) return isRouted && names.size === 0 ? names : undefined;
  for (const name of actions) names.add(name);
  return names;
}

/**
 * Whether a JSON call to the root is named by its X-Amz-Target and nothing else: whoever is behind the host takes it for no form,
 * so the body does not count.
 */
export function isNamedByTarget(
  { service, host }: Pick<NameOperationQuery, 'service' | 'host'>,
  target: string,
  routes: RestRoutes,
): boolean {
  return speaksTarget(target, servicesAt(host, servicesWithSigningName(service)), routes);
}

/** Whether nobody behind the host can take a request with this target for a form. */
function speaksTarget(
  target: string | undefined,
  rows: readonly ServiceRow[],
  routes: RestRoutes,
): boolean {
  return (
    rows.some((row) => hasPrefix(target, row)) &&
    rows.every((row) => row.targetPrefix !== undefined || routes.has(row.id))
  );
}

function hasPrefix(target: string | undefined, { targetPrefix }: ServiceRow): boolean {
  return targetPrefix !== undefined && target?.startsWith(`${targetPrefix}.`) === true;
}

/** What follows the prefix of the service; of an unknown prefix, what follows the last dot. */
function targetName(target: string, rows: readonly ServiceRow[]): string {
  const prefix = rows.find((row) => hasPrefix(target, row))?.targetPrefix;
  return target.slice(prefix === undefined ? target.lastIndexOf('.') + 1 : prefix.length + 1);
}

// Services whose CBOR bodies may be too long to be in hand; those of others are, or the call has no name.
const CBOR_SERVICES: ReadonlySet<string> = new Set(['cloudwatch']);

function speaksCbor({ id, targetPrefix }: ServiceRow, shape: string | undefined): boolean {
  return CBOR_SERVICES.has(id) && targetPrefix === shape;
}

/** Whether there is a body that is not in hand, or too long to look for an action in it. */
function isUnseen({ headers, body }: NameOperationQuery): boolean {
  if (body !== undefined) return body.length > MAX_FORM;
  const length = header(headers, 'content-length');
  return (
    (length !== undefined && length !== '0') || header(headers, 'transfer-encoding') !== undefined
  );
}

function header(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

function namesOf(call: RpcV2Reading | undefined): Set<string> {
  return new Set(call?.kind === 'call' ? [call.operation] : []);
}

function values(headers: HeaderList, name: string): readonly string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** Services that share a signing name can share routes too; the host tells them apart where it names one of them. */
function servicesAt(host: string | undefined, rows: readonly ServiceRow[]): readonly ServiceRow[] {
  if (host === undefined || rows.length < 2) return rows;
  const plain = host.toLowerCase().replaceAll('-fips.', '.');
  const named = rows.filter(({ prefix, dualPrefix }) =>
    [prefix, dualPrefix ?? prefix].some((path) => plain.startsWith(`${path}.`)),
  );
  return named.length > 0 ? named : rows;
}

function bestRoute(
  rows: readonly ServiceRow[],
  request: ReturnType<typeof readRestRequest>,
  routes: RestRoutes,
): string | undefined {
  let best: { readonly operation: string; readonly weight: number } | undefined;
  for (const row of rows) {
    const match = matchRestOperation(routes, row.id, request);
    if (match && match.weight > (best?.weight ?? -1)) best = match;
  }
  return best?.operation;
}
