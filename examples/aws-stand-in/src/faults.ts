/** A failure to play, for tests of clients. */
export interface Fault {
  /** Signing name, or `signin`. Default: every service. */
  readonly service?: string | undefined;
  /** Action without the service, such as `AssumeRole`; only services whose action stands in the request. Default: every action. */
  readonly action?: string | undefined;
  /** How many requests. Default: 1. */
  readonly times?: number | undefined;
  /** Milliseconds to wait before anything is answered. Default: 0. */
  readonly delayMs?: number | undefined;
  /** Cut the connection without an answer. Default: false. */
  readonly reset?: boolean | undefined;
  /** Send this instead of the service's answer. Default: the service answers (after the delay). */
  readonly respond?:
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>> | undefined;
        readonly body?: string | undefined;
      }
    | undefined;
}

/** The faults that wait for their request. */
export interface FaultPlan {
  inject(fault: Fault): () => void;
  /** The fault for this request, if one waits; counts it down. */
  take(service: string, action: string | undefined): Fault | undefined;
}

/** An empty plan. */
export function createFaultPlan(): FaultPlan {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  const remove = (entry: (typeof waiting)[number]) => {
    const at = waiting.indexOf(entry);
    if (at >= 0) waiting.splice(at, 1);
  };
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? 1 };
      waiting.push(entry);
      return () => remove(entry);
    },
    take(service, action) {
      const entry = waiting.find(
        ({ fault }) =>
          (fault.service === undefined || fault.service === service) &&
          (fault.action === undefined || fault.action === action),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) remove(entry);
      return entry.fault;
    },
  };
}
