import { LRUCache } from 'lru-cache';
import { isNamedByTarget, type NameOperationQuery, nameOperation } from './name-operation.js';
import type { RestRoutes } from './rest-routes.js';
import { isProtocolHeader } from './rpc-v2-call.js';

/** A verified request, as far as its operation is named from it. */
export interface NamerQuery {
  readonly request: Pick<NameOperationQuery, 'method' | 'headers'>;
  readonly frame: {
    readonly target: string;
    readonly contentType: string | undefined;
    readonly amzTarget: string | undefined;
    /** Whether one of the two headers stands there more than once. */
    readonly repeats: boolean;
  };
  readonly destination: { readonly signingName: string; readonly host: string };
  readonly body: Uint8Array | undefined;
}

const REMEMBERED = 512;
const MAX_KEY = 512;
const JSON_TYPE = 'application/x-amz-json-';

/**
 * `nameOperation` with a memory for JSON calls, `POST /` with one X-Amz-Target: service, host, content type and target are all
 * that names them. Everything else is looked at each time.
 *
 * @returns the name; undefined when it cannot be told for certain
 */
export function createOperationNamer(): (
  query: NamerQuery,
  routes: RestRoutes,
) => string | undefined {
  const known = new LRUCache<string, { readonly operation: string | undefined }>({
    max: REMEMBERED,
  });
  return ({ request, frame, destination, body }, routes) => {
    const { method, headers } = request;
    const { target, contentType, amzTarget, repeats } = frame;
    const { signingName: service, host } = destination;
    const isJson =
      target === '/' &&
      method === 'POST' &&
      !repeats &&
      amzTarget !== undefined &&
      contentType?.startsWith(JSON_TYPE) === true &&
      !contentType.includes('\n') &&
      !headers.some(([name]) => isProtocolHeader(name));
    const query = { service, method, target, headers, host, body };
    if (!isJson) return nameOperation(query, routes).operation;
    const key = `${service}\n${host}\n${contentType}\n${amzTarget}`;
    const found = known.get(key);
    if (found !== undefined) return found.operation;
    const { operation } = nameOperation(query, routes);
    if (key.length <= MAX_KEY && isNamedByTarget(query, amzTarget, routes)) {
      known.set(key, { operation });
    }
    return operation;
  };
}
