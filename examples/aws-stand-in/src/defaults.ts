import { randomBytes } from 'node:crypto';
import type { AwsStandInOptions } from './types.js';

/** Every option with its value. */
export type ResolvedOptions = {
  readonly [K in keyof Omit<AwsStandInOptions, 'tls'>]-?: Exclude<AwsStandInOptions[K], undefined>;
} & Pick<AwsStandInOptions, 'tls'>;

/** The one place where the clock, the random source and the network come from the platform. */
export function withDefaults(options: AwsStandInOptions): ResolvedOptions {
  return {
    accounts: options.accounts,
    clock: options.clock ?? (() => new Date()),
    fetch: options.fetch ?? globalThis.fetch,
    randomBytes: options.randomBytes ?? randomBytes,
    clockSkewSeconds: options.clockSkewSeconds ?? 300,
    s3ClockSkewSeconds: options.s3ClockSkewSeconds ?? 900,
    maxSessions: options.maxSessions ?? 10_000,
    maxLogEntries: options.maxLogEntries ?? 10_000,
    maxMetricPoints: options.maxMetricPoints ?? 100_000,
    maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
    maxObjectBytes: options.maxObjectBytes ?? 2 * 1024 * 1024 * 1024,
    tls: options.tls,
  };
}
