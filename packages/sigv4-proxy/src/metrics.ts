import type { SigV4ProxyErrorCode } from './errors.js';

/** Counters since the proxy was made, for the embedder's own metrics endpoint. A copy; it does not change. */
export interface SigV4ProxyMetrics {
  /** Requests that are being handled, answers still streaming included. */
  readonly activeRequests: number;
  /** CONNECTs that are open, intercepted ones included. */
  readonly activeTunnels: number;
  /** Finished requests by outcome, refused CONNECTs included. */
  readonly requests: { readonly allowed: number; readonly denied: number; readonly failed: number };
  /** Finished requests by signing name, of verified requests only; names beyond the first 256 count as `other`. */
  readonly requestsByService: Readonly<Record<string, number>>;
  /** Refused and failed requests by code. */
  readonly errorsByCode: Readonly<Partial<Record<SigV4ProxyErrorCode, number>>>;
  /** Calls of `credentials`. */
  readonly credentialsCalls: number;
  /** Those of them that gave the same credentials as the call before for the same client key: a cache behind it had them. */
  readonly credentialsCacheHits: number;
  /** Requests sent again with fresh credentials. */
  readonly expiredRetries: number;
  /** Bytes of request bodies read from clients. */
  readonly bytesIn: number;
  /** Bytes of response bodies read from AWS. */
  readonly bytesOut: number;
  /** Audit events that the sink did not take. */
  readonly auditEventsLost: number;
}

const MAX_SERVICES = 256;

/** Counts. One per proxy. */
export class Counters {
  active = 0;
  tunnels = 0;
  credentialsCalls = 0;
  credentialsCacheHits = 0;
  expiredRetries = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly #outcomes = { allowed: 0, denied: 0, failed: 0 };
  readonly #services = new Map<string, number>();
  readonly #codes = new Map<SigV4ProxyErrorCode, number>();

  /** Counts a finished request. */
  finish(
    outcome: 'allowed' | 'denied' | 'failed',
    service: string | undefined,
    code: SigV4ProxyErrorCode | undefined,
  ): void {
    this.#outcomes[outcome] += 1;
    if (code !== undefined) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    if (service === undefined) return;
    const known = this.#services.get(service);
    const name = known === undefined && this.#services.size >= MAX_SERVICES ? 'other' : service;
    this.#services.set(name, (this.#services.get(name) ?? 0) + 1);
  }

  /** The counters as they stand. */
  snapshot(auditEventsLost: number): SigV4ProxyMetrics {
    return {
      activeRequests: this.active,
      activeTunnels: this.tunnels,
      requests: { ...this.#outcomes },
      requestsByService: Object.fromEntries(this.#services),
      errorsByCode: Object.fromEntries(this.#codes),
      credentialsCalls: this.credentialsCalls,
      credentialsCacheHits: this.credentialsCacheHits,
      expiredRetries: this.expiredRetries,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      auditEventsLost,
    };
  }
}
