import { SigV4ProxyError } from '../errors.js';
import { matchRestOperation } from '../operation/match-rest.js';
import { readRestRequest } from '../operation/rest-request.js';
import type { RestRoutes } from '../operation/rest-routes.js';
import {
  dataServices,
  defaultServices,
  pathRules,
  timestreamQuery,
  unresolvableNames,
} from './data/endpoint-rules.js';
import { targetHostPrefixes } from './data/target-host-prefixes.js';
import { type ServiceRow, servicesWithSigningName } from './service-rows.js';
import type { TargetQuery } from './target-options.js';

/** The service that a request is for. */
export interface ChosenService {
  readonly row: ServiceRow;
  /** What the operation's host has in front, such as `stream-`; empty for most. */
  readonly hostPrefix: string;
}

const TARGET_PREFIXES: ReadonlyMap<string, string> = new Map(targetHostPrefixes);
const REGULAR_LAMBDA_PATH = /^\/20[0-9]{2}-[0-9]{2}-[0-9]{2}\//;

/**
 * Chooses among the services that share a signing name, from what the request says: X-Amz-Target, the CBOR path, the route. All of
 * it was signed.
 *
 * @param service checked signing name
 * @param routes needed where neither target nor CBOR path tells
 * @returns undefined when the request does not tell: it is for a customer's own host, or for one of several
 * @throws SigV4ProxyError `invalid-option` without routes
 */
export function chooseService(
  service: string,
  query: TargetQuery,
  routes: RestRoutes | undefined,
): ChosenService | undefined {
  if (unresolvableNames.has(service)) return undefined;
  const rows = servicesWithSigningName(service);
  if (rows.length === 0) return { row: newService(service), hostPrefix: '' };
  const target = query.target ?? cborTarget(query.path);
  if (target !== undefined) return byTarget(rows, target);
  // Function URLs are signed like the control plane, but every other path belongs to somebody's function.
  if (service === 'lambda' && !REGULAR_LAMBDA_PATH.test(query.path)) return undefined;
  return byRoute(service, rows, query, routes);
}

/** A service that was not there when the tables were made has the usual host. */
function newService(service: string): ServiceRow {
  return {
    id: '',
    signingName: service,
    prefix: service.toLowerCase(),
    targetPrefix: undefined,
    api: false,
    home: undefined,
    regionless: undefined,
    bareRegion: undefined,
    signingRegion: undefined,
    dualPrefix: undefined,
    fipsPrefix: undefined,
    plainFipsInGov: false,
  };
}

function cborTarget(path: string): string | undefined {
  const match = /^\/service\/([^/?]+)\/operation\/([^/?]+)(?:\?|$)/.exec(path);
  return match ? `${match[1]}.${match[2]}` : undefined;
}

function byTarget(rows: readonly ServiceRow[], target: string): ChosenService | undefined {
  const dot = target.indexOf('.');
  const prefix = family(dot < 0 ? target : target.slice(0, dot));
  const operation = target.slice(dot + 1);
  const fitting = rows.filter((row) => row.targetPrefix && family(row.targetPrefix) === prefix);
  const row =
    rows[0]?.signingName === 'timestream'
      ? rows.find((one) => one.id === timestreamService(operation))
      : (fitting[0] ?? (rows.length === 1 ? rows[0] : fallback(rows)));
  return row && { row, hostPrefix: TARGET_PREFIXES.get(target) ?? '' };
}

function timestreamService(operation: string): string {
  return timestreamQuery.test(operation) ? 'timestream-query' : 'timestream-write';
}

/** Target prefixes carry a version that new releases change. */
function family(prefix: string): string {
  return prefix.split('_', 1)[0] ?? '';
}

function byRoute(
  service: string,
  rows: readonly ServiceRow[],
  query: TargetQuery,
  routes: RestRoutes | undefined,
): ChosenService | undefined {
  if (routes === undefined) {
    throw new SigV4ProxyError(
      'invalid-option',
      'The endpoint of this service depends on the operation: give resolveTarget the `routes` of loadRestRoutes.',
    );
  }
  const request = readRestRequest(query.method, query.path, query.headers ?? []);
  let best: (ChosenService & { weight: number }) | undefined;
  for (const row of rows) {
    const match = matchRestOperation(routes, row.id, request);
    if (match && match.weight > (best?.weight ?? -1)) {
      best = { row, hostPrefix: match.hostPrefix, weight: match.weight };
    }
  }
  // A prefix with a label of the request in it names a customer's own host.
  if (best)
    return dataServices.has(best.row.id) || best.hostPrefix.includes('{') ? undefined : best;
  const rule = pathRules.find(([name, path]) => name === service && isUnder(query.path, path));
  if (rule) {
    const row = rows.find((one) => one.id === rule[2]);
    return row && { row, hostPrefix: '' };
  }
  const row = rows.length === 1 ? rows[0] : fallback(rows);
  return row && !dataServices.has(row.id) ? { row, hostPrefix: '' } : undefined;
}

function fallback(rows: readonly ServiceRow[]): ServiceRow | undefined {
  const id = defaultServices.get(rows[0]?.signingName ?? '');
  return rows.find((row) => row.id === id);
}

function isUnder(path: string, rule: string): boolean {
  const wanted = rule.split('/');
  const given = (path.split('?', 1)[0] ?? '').split('/');
  return wanted.every((part, index) => {
    const segment = given[index];
    if (segment === undefined) return false;
    if (part === '?') return segment !== '';
    return index === wanted.length - 1 ? segment.startsWith(part) : segment === part;
  });
}
