import { parseDuration } from '@postern/config/duration';
import type { Shape, ShapeReader } from './read-shape.js';

/** The options of a role that decisions need. */
export interface CompiledOptions {
  readonly maxSessionTtlMs: number;
  readonly requireSessionMfa: boolean;
  readonly requireTrustedDevice: boolean;
  readonly lockMode: 'strict' | 'best_effort' | undefined;
  readonly requestAccess: string;
}

/** The session limit of a role that sets none. */
export const DEFAULT_MAX_SESSION_TTL_MS = 30 * 3_600_000;

const OFF_WORDS: ReadonlySet<string> = new Set(['', 'false', 'no', 'nope', 'n', 'off', '0']);

/** Reads `spec.options`. */
export function compileOptions(options: Shape, read: ShapeReader): CompiledOptions {
  const pointer = '/spec/options';
  const lock = read.text(options.lock, `${pointer}/lock`) ?? '';
  if (lock !== '' && lock !== 'strict' && lock !== 'best_effort') {
    throw read.fault('The option lock is strict or best_effort', `${pointer}/lock`);
  }
  const mfa = options.require_session_mfa;
  return {
    maxSessionTtlMs: readTtl(options.max_session_ttl, `${pointer}/max_session_ttl`, read),
    // Every word but those for "off" asks for MFA: a mistyped mode must not switch it off.
    requireSessionMfa:
      typeof mfa === 'string' ? !OFF_WORDS.has(mfa.toLowerCase()) : mfa === true || mfa === 1,
    requireTrustedDevice: options.device_trust_mode === 'required',
    lockMode: lock === '' ? undefined : lock,
    requestAccess: read.text(options.request_access, `${pointer}/request_access`) ?? 'optional',
  };
}

function readTtl(value: unknown, pointer: string, read: ShapeReader): number {
  const text = read.text(value, pointer);
  if (text === undefined || text === '') return DEFAULT_MAX_SESSION_TTL_MS;
  let seconds: number;
  try {
    seconds = parseDuration(text);
  } catch {
    throw read.fault('The option max_session_ttl is a duration such as 8h30m', pointer);
  }
  return seconds > 0 ? seconds * 1000 : DEFAULT_MAX_SESSION_TTL_MS;
}
