import { LRUCache } from 'lru-cache';
import { isNamedByTarget, type NameOperationQuery, nameOperation } from './name-operation.js';

/** What is asked about an operation, with the headers that most calls are named by. */
export interface NamerQuery extends NameOperationQuery {
  readonly host: string;
  readonly contentType: string | undefined;
  readonly amzTarget: string | undefined;
  /** Whether one of the two stands there more than once. */
  readonly repeats: boolean;
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
export function createOperationNamer(): (query: NamerQuery) => string | undefined {
  const known = new LRUCache<string, { readonly operation: string | undefined }>({
    max: REMEMBERED,
  });
  return (query) => {
    const { service, host, contentType, amzTarget, repeats } = query;
    const isJson =
      query.target === '/' &&
      query.method === 'POST' &&
      !repeats &&
      amzTarget !== undefined &&
      contentType?.startsWith(JSON_TYPE) === true &&
      !contentType.includes('\n');
    if (!isJson) return nameOperation(query).operation;
    const key = `${service}\n${host}\n${contentType}\n${amzTarget}`;
    const found = known.get(key);
    if (found !== undefined) return found.operation;
    const { operation } = nameOperation(query);
    if (key.length <= MAX_KEY && isNamedByTarget(service, host, amzTarget)) {
      known.set(key, { operation });
    }
    return operation;
  };
}
