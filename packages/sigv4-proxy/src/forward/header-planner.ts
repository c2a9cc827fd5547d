import type { HeaderPair } from '../request.js';
import { DateMemory } from '../sigv4/date-memory.js';
import {
  type PreparedHeaders,
  type PrepareHeadersOptions,
  type PrepareHeadersQuery,
  prepareHeaders,
} from './header-policy.js';

/** What `prepareHeaders` made of a list of header names, to be done again with other values. */
interface Plan {
  readonly names: readonly string[];
  readonly clientSigned: readonly string[];
  readonly service: string;
  readonly empty: boolean;
  /** Positions of the headers that are copied. */
  readonly kept: readonly number[];
  /** Position of Content-Length; -1 where there is none. */
  readonly length: number;
  /** Position of the stated hash; -1 where there is none. */
  readonly sha256: number;
  /** Position of Connection; -1 where there is none. */
  readonly connection: number;
  /** Name of the header that brings the token; undefined without one. */
  readonly token: string | undefined;
  readonly signedHeaders: readonly string[];
}

const SLOTS = 256;
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const PERSISTENCE = /^(?:keep-alive|close)$/i;
const LENGTH = /^[0-9]{1,16}$/;

/**
 * `prepareHeaders` with a memory: a client sends the same header names all day, and which of them are copied and signed follows
 * from the names alone, but for a few values that are looked at every time. Whatever is out of the ordinary takes the long way.
 */
export class HeaderPlanner {
  // Direct-mapped: odd lists can displace entries, not grow it.
  readonly #plans: (Plan | undefined)[] = [];
  readonly #dates = new DateMemory();

  /** @throws SigV4ProxyError as `prepareHeaders` does */
  prepare(query: PrepareHeadersQuery, options: PrepareHeadersOptions): PreparedHeaders {
    const { body, headers } = query;
    if (options.form === 'query' || (body !== 'known' && body !== 'empty')) {
      return prepareHeaders(query, options);
    }
    let slot = headers.length + (body === 'empty' ? 7 : 0);
    for (let i = 0; i < headers.length; i += 1) {
      slot = (slot * 31 + (headers[i]?.[0].length ?? 0)) | 0;
    }
    slot &= SLOTS - 1;
    const plan = this.#plans[slot];
    const planned = plan && isPlanOf(plan, query) ? this.#carryOut(plan, query) : undefined;
    if (planned !== undefined) return planned;
    const prepared = prepareHeaders(query, options);
    this.#plans[slot] = planOf(query, prepared);
    return prepared;
  }

  #carryOut(plan: Plan, query: PrepareHeadersQuery): PreparedHeaders | undefined {
    const { headers: given, credentials } = query;
    const length = given[plan.length]?.[1];
    const connection = given[plan.connection]?.[1];
    const payloadHash =
      given[plan.sha256]?.[1] ?? query.payloadHash ?? (plan.empty ? EMPTY_HASH : undefined);
    if (
      payloadHash === undefined ||
      (length !== undefined && !LENGTH.test(length)) ||
      (connection !== undefined && !PERSISTENCE.test(connection))
    ) {
      return undefined;
    }
    const headers: HeaderPair[] = [['Host', query.upstreamHost]];
    for (const at of plan.kept) {
      const pair = given[at];
      if (pair !== undefined) headers.push(pair);
    }
    if (length !== undefined) headers.push(['Content-Length', length]);
    headers.push(['X-Amz-Date', this.#dates.format(query.now)]);
    headers.push(['X-Amz-Content-Sha256', payloadHash]);
    if (plan.token !== undefined) headers.push([plan.token, credentials.sessionToken ?? '']);
    return { headers, signedHeaders: plan.signedHeaders, payloadHash };
  }
}

function isPlanOf(plan: Plan, query: PrepareHeadersQuery): boolean {
  const { names } = plan;
  const { headers, service, clientSignedHeaders } = query;
  if (names.length !== headers.length || plan.service !== service) return false;
  if (plan.empty !== (query.body === 'empty')) return false;
  if ((plan.token !== undefined) !== Boolean(query.credentials.sessionToken)) return false;
  for (let i = 0; i < names.length; i += 1) if (names[i] !== headers[i]?.[0]) return false;
  return isSameList(plan.clientSigned, clientSignedHeaders);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

function haveConnectionWord(names: readonly string[]): boolean {
  return names.includes('keep-alive') || names.includes('close');
}

/** Undefined where more than the names decides. */
function planOf(query: PrepareHeadersQuery, prepared: PreparedHeaders): Plan | undefined {
  const names = query.headers.map(([name]) => name);
  const lower = names.map((name) => name.toLowerCase());
  const length = lower.indexOf('content-length');
  const connection = lower.indexOf('connection');
  const isOrdinary =
    !lower.includes('transfer-encoding') &&
    // A Connection header could name them.
    !haveConnectionWord(lower) &&
    !haveConnectionWord(query.clientSignedHeaders) &&
    (query.body === 'empty' || length >= 0) &&
    connection === lower.lastIndexOf('connection') &&
    PERSISTENCE.test(query.headers[connection]?.[1] ?? 'close');
  if (!isOrdinary) return undefined;
  // What was copied is the very pair that came in.
  const copied = new Set(prepared.headers);
  return {
    names,
    clientSigned: query.clientSignedHeaders,
    service: query.service,
    empty: query.body === 'empty',
    kept: [...query.headers.keys()].filter((at) => copied.has(query.headers[at] ?? ['', ''])),
    length,
    sha256: lower.indexOf('x-amz-content-sha256'),
    connection,
    token: query.credentials.sessionToken ? prepared.headers.at(-1)?.[0] : undefined,
    signedHeaders: prepared.signedHeaders,
  };
}
