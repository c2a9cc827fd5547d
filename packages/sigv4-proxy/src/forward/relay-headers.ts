import { isDroppedResponseHeader } from './header-names.js';

/** What the audit event wants from a response head. */
export interface RelayedHeaders {
  /** Names and values in turn, for the client. */
  readonly headers: string[];
  readonly requestId: string | undefined;
  readonly extendedRequestId: string | undefined;
  /** The error name in a header, as REST-JSON services send it. */
  readonly errorType: string | undefined;
}

/** What becomes of the headers of a head, by their positions in its list. */
interface RelayPlan {
  /** All names, as they came. */
  readonly names: readonly string[];
  /** Those that go on. */
  readonly kept: readonly number[];
  /** Values of Connection that the plan was made for. */
  readonly connection: readonly (readonly [at: number, value: string])[];
  /** -1 where there is none. */
  readonly requestId: number;
  readonly extendedRequestId: number;
  readonly errorType: number;
}

/**
 * The response headers for the client: as AWS sent them, in order and with repeats, without those of the connection to AWS.
 *
 * @param raw names and values in turn
 * @param id the proxy's request id, sent as `x-sigv4-proxy-request-id`
 */
export function relayHeaders(raw: readonly string[], id: string): RelayedHeaders {
  return carryOut(planOf(raw), raw, id);
}

/** `relayHeaders` with a memory of the last head: a service answers with the same names all day. */
export class HeaderRelay {
  #plan: RelayPlan | undefined;

  relay(raw: readonly string[], id: string): RelayedHeaders {
    if (this.#plan === undefined || !isPlanOf(this.#plan, raw)) this.#plan = planOf(raw);
    return carryOut(this.#plan, raw, id);
  }
}

function isPlanOf({ names, connection }: RelayPlan, raw: readonly string[]): boolean {
  if (raw.length !== names.length * 2) return false;
  for (let i = 0; i < names.length; i += 1) if (raw[2 * i] !== names[i]) return false;
  for (const [at, value] of connection) if (raw[at] !== value) return false;
  return true;
}

function carryOut(plan: RelayPlan, raw: readonly string[], id: string): RelayedHeaders {
  const headers: string[] = [];
  for (const at of plan.kept) headers.push(raw[at] ?? '', raw[at + 1] ?? '');
  headers.push('x-sigv4-proxy-request-id', id);
  return {
    headers,
    requestId: raw[plan.requestId],
    extendedRequestId: raw[plan.extendedRequestId],
    errorType: raw[plan.errorType],
  };
}

function planOf(raw: readonly string[]): RelayPlan {
  const names: string[] = [];
  const passed: number[] = [];
  const connection: [number, string][] = [];
  const perHop = new Set<string>();
  const at = new Map<string, number>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const lower = name.toLowerCase();
    names.push(name);
    if (!isDroppedResponseHeader(lower)) {
      passed.push(i);
      at.set(lower, i + 1);
    } else if (lower === 'connection') {
      const value = raw[i + 1] ?? '';
      connection.push([i + 1, value]);
      for (const hop of namedHops(value)) perHop.add(hop);
    }
  }
  const requestIds = [at.get('x-amzn-requestid') ?? -1, at.get('x-amz-request-id') ?? -1];
  return {
    names,
    kept: passed.filter((i) => !perHop.has((raw[i] ?? '').toLowerCase())),
    connection,
    requestId: Math.max(...requestIds),
    extendedRequestId: at.get('x-amz-id-2') ?? -1,
    errorType: at.get('x-amzn-errortype') ?? -1,
  };
}

/** Names that end with the connection, besides the two that every connection may have. */
function namedHops(value: string): string[] {
  const names = value.split(',').map((part) => part.trim().toLowerCase());
  return names.filter((name) => name !== 'close' && name !== 'keep-alive');
}
