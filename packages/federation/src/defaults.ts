import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/** The one place where this package reaches for the clock, randomness, timers and the network by itself. */

/** The clock of the machine. */
export const systemClock = (): Date => new Date();

/** A number from 0 up to, not including, 1. For jitter only. */
export const systemRandom = (): number => randomInt(2 ** 32) / 2 ** 32;

/** Waits; rejects when the signal aborts. */
export const systemSleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, signal ? { signal } : {});

/** The fetch of the platform, looked up at each call so that test doubles of the platform work. */
export const systemFetch = (request: Request, init?: RequestInit): Promise<Response> =>
  fetch(request, init);
