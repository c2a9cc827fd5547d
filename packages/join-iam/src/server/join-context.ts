import { JoinIamError } from '../errors.js';
import { MAX_CLOCK_SKEW_SECONDS } from '../wire/constants.js';
import {
  type JoinHeaderNames,
  type ResolvedHeaderNames,
  resolveHeaderNames,
} from '../wire/header-names.js';
import { checkExtraRegions, type StsHostOptions } from '../wire/sts-hosts.js';

/** What a challenge store knows about a challenge that is being presented. */
export type ChallengeState = 'fresh' | 'used' | 'unknown' | 'expired';

/** Everything a signed request is checked against. */
export interface JoinContext extends StsHostOptions, JoinHeaderNames {
  /** The clock of this server. */
  readonly now: Date;
  /** The challenge this server gave to this joiner. */
  readonly challenge: string;
  /** What the store answered when the challenge was taken. Default `fresh`: the caller has checked. */
  readonly challengeState?: ChallengeState | undefined;
  /** Name of this server; joiners must have signed exactly it. Default: an audience is not required. */
  readonly audience?: string | undefined;
  /** `joinBinding` of the join parameters; joiners must have signed exactly it. Default: not required. */
  readonly binding?: string | undefined;
  /** How far `X-Amz-Date` may be off, in seconds: 1 to 900. Default 900, what STS allows. */
  readonly maxClockSkewSeconds?: number | undefined;
}

/** A context with its defaults filled in. */
export interface ResolvedJoinContext extends JoinContext {
  readonly names: ResolvedHeaderNames;
  readonly maxClockSkewSeconds: number;
}

/** @throws JoinIamError `invalid-option` */
export function resolveJoinContext(context: JoinContext): ResolvedJoinContext {
  const maxClockSkewSeconds = context.maxClockSkewSeconds ?? MAX_CLOCK_SKEW_SECONDS;
  if (!(maxClockSkewSeconds >= 1 && maxClockSkewSeconds <= MAX_CLOCK_SKEW_SECONDS)) {
    throw new JoinIamError('invalid-option', {
      message: 'The option maxClockSkewSeconds must be 1 to 900.',
    });
  }
  if (!(context.now instanceof Date) || Number.isNaN(context.now.getTime())) {
    throw new JoinIamError('invalid-option', { message: 'The option now must be a valid Date.' });
  }
  if (typeof context.challenge !== 'string' || context.challenge === '') {
    throw new JoinIamError('invalid-option', {
      message: 'The option challenge must be the challenge that was given to the joiner.',
    });
  }
  checkExtraRegions(context.extraRegions ?? []);
  return { ...context, names: resolveHeaderNames(context), maxClockSkewSeconds };
}
