import { TimeoutList } from '../timeout-list.js';
import type { UpstreamLimits } from './upstream.js';

/** What all exchanges of a client have in common. */
export interface ExchangeRules {
  /** Responses with a content length up to this are handed over whole. */
  readonly wholeBytes: number;
  /** Those that wait for the head of their answer; undefined: for the usual time. */
  headsWithin(ms: number | undefined): TimeoutList;
  /** Those that wait for more of their answer. */
  readonly bodies: TimeoutList;
  /** Those whose client has left. */
  readonly forsaken: TimeoutList;
}

/** How long an answer that nobody waits for any more may take to spare its connection. */
const FORSAKEN_MS = 1_000;

/** The rules that follow from the limits of a client. */
export function createExchangeRules(o: UpstreamLimits): ExchangeRules {
  const usual = new TimeoutList(o.responseHeaderTimeoutMs);
  const others = new Map<number, TimeoutList>();
  return {
    wholeBytes: o.wholeResponseBytes,
    bodies: new TimeoutList(o.idleTimeoutMs),
    forsaken: new TimeoutList(FORSAKEN_MS),
    headsWithin(ms) {
      if (ms === undefined) return usual;
      let list = others.get(ms);
      if (list === undefined) {
        list = new TimeoutList(ms);
        // Limits are named in the options, so there are only a few.
        others.set(ms, list);
      }
      return list;
    },
  };
}
