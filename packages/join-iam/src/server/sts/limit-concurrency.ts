import { JoinIamError } from '../../errors.js';
import { toAbortError } from './attempt-signal.js';
import type { StsTransport } from './types.js';

/** How much outbound work strangers may cause at one time. */
export interface ConcurrencyLimits {
  /** Most exchanges with STS at one time. Default 64. */
  readonly maxConcurrent?: number | undefined;
  /** Most of them for one token. Default 16. */
  readonly maxConcurrentPerToken?: number | undefined;
  /** Most exchanges that wait for a place; they wait no longer than their deadline. Default 256. */
  readonly maxQueued?: number | undefined;
}

interface Waiting {
  readonly tokenName: string;
  readonly start: () => void;
}

/**
 * Bounds a transport. Exchanges above the limits wait in the order of arrival; a token that is at its own
 * limit does not hold up the others.
 *
 * @returns a transport that rejects with `sts-busy` when too many wait, and with `aborted` or `sts-timeout` when the
 *   signal ends the waiting
 * @throws {@link JoinIamError} `invalid-option`
 */
export function limitConcurrency(
  transport: StsTransport,
  limits: ConcurrencyLimits = {},
): StsTransport {
  const { maxConcurrent = 64, maxConcurrentPerToken = 16, maxQueued = 256 } = limits;
  if (!(maxConcurrent >= 1) || !(maxConcurrentPerToken >= 1) || !(maxQueued >= 0)) {
    throw new JoinIamError('invalid-option', {
      message:
        'The options maxConcurrent and maxConcurrentPerToken must be at least 1, maxQueued 0.',
    });
  }
  const running = new Map<string, number>();
  const queue = new Set<Waiting>();
  let total = 0;

  function hasRoom(tokenName: string): boolean {
    return total < maxConcurrent && (running.get(tokenName) ?? 0) < maxConcurrentPerToken;
  }

  function enter(tokenName: string): void {
    total += 1;
    running.set(tokenName, (running.get(tokenName) ?? 0) + 1);
  }

  function leave(tokenName: string): void {
    total -= 1;
    const left = (running.get(tokenName) ?? 0) - 1;
    if (left > 0) running.set(tokenName, left);
    else running.delete(tokenName);
    for (const waiting of queue) {
      if (!hasRoom(waiting.tokenName)) continue;
      queue.delete(waiting);
      // The place is taken here, before the waiting one runs, so that nobody can slip in between.
      enter(waiting.tokenName);
      waiting.start();
    }
  }

  function waitForRoom(tokenName: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = {
        tokenName,
        start: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      function giveUp(): void {
        queue.delete(waiting);
        reject(toAbortError(signal));
      }
      queue.add(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  return async (request, options) => {
    const { tokenName, signal } = options;
    if (signal.aborted) throw toAbortError(signal);
    if (hasRoom(tokenName)) {
      enter(tokenName);
    } else if (queue.size < maxQueued) {
      await waitForRoom(tokenName, signal);
    } else {
      throw new JoinIamError('sts-busy', {
        message: 'The server verifies too many joins at the moment; start again in a minute.',
        detail: `${total} exchanges running, ${queue.size} waiting`,
      });
    }
    try {
      return await transport(request, options);
    } finally {
      leave(tokenName);
    }
  };
}
