import { LRUCache } from 'lru-cache';
import { isNamedByTarget, type NameOperationQuery, nameOperation } from './name-operation.js';
import type { RestRoutes } from './rest-routes.js';

/** A verified request, as far as its operation is named from it. */
export interface NamerQuery {
  readonly request: Pick<NameOperationQuery, 'method' | 'headers'>;
  readonly frame: {
    readonly target: string;
    readonly contentType: string | undefined;
    readonly amzTarget: string | undefined;
    /** Whether one of the two headers stands there more than once. */
    readonly repeats: boolean;
    /** Whether a header names the protocol. */
    readonly protocolHeader: boolean;
  };
  readonly destination: { readonly signingName: string; readonly host: string };
  readonly body: Uint8Array | undefined;
}

/** All that names a JSON call. */
interface NamedCall {
  readonly service: string;
  readonly host: string;
  readonly contentType: string;
  readonly amzTarget: string;
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
  // Looked at first: for calls like the one before, no key is put together.
  let last: (NamedCall & { readonly operation: string | undefined }) | undefined;
  return ({ request, frame, destination, body }, routes) => {
    const { method, headers } = request;
    const { target, contentType, amzTarget, repeats, protocolHeader } = frame;
    const { signingName: service, host } = destination;
    const isJson =
      target === '/' &&
      method === 'POST' &&
      !repeats &&
      amzTarget !== undefined &&
      contentType?.startsWith(JSON_TYPE) === true &&
      !contentType.includes('\n') &&
      !protocolHeader;
    const query = { service, method, target, headers, host, body };
    if (!isJson) return nameOperation(query, routes).operation;
    if (
      last?.amzTarget === amzTarget &&
      last.contentType === contentType &&
      last.host === host &&
      last.service === service
    ) {
      return last.operation;
    }
    const key = `${service}\n${host}\n${contentType}\n${amzTarget}`;
    let found = known.get(key);
    if (found === undefined) {
      found = { operation: nameOperation(query, routes).operation };
      const isLasting = key.length <= MAX_KEY && isNamedByTarget(query, amzTarget, routes);
      if (!isLasting) return found.operation;
      known.set(key, found);
    }
    const { operation } = found;
    last = { service, host, contentType, amzTarget, operation };
    return operation;
  };
}
