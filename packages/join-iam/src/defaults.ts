import { randomBytes, randomInt } from 'node:crypto';

/** The clock of the process: the default of every `clock` option. */
export const systemClock = (): Date => new Date();

/** The CSPRNG of the platform: the default of every `randomBytes` option. */
export const systemRandomBytes = (size: number): Uint8Array => randomBytes(size);

/** A pause of 100 to 400 ms, so that joiners that failed together do not return together. */
export const jitteredRetryDelayMs = (): number => randomInt(100, 401);

/** The fetch of the platform, for the instance metadata service only. */
export const systemFetch: typeof fetch = (input, init) => fetch(input, init);
