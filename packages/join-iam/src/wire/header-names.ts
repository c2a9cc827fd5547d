import { JoinIamError } from '../errors.js';
import { AUDIENCE_HEADER, BINDING_HEADER, CHALLENGE_HEADER } from './constants.js';

/** The names of our own three headers. Both sides must agree on them. */
export interface JoinHeaderNames {
  /** Header that carries the challenge. Default `X-Join-Challenge`. */
  readonly challengeHeader?: string | undefined;
  /** Header that carries the audience. Default `X-Join-Audience`. */
  readonly audienceHeader?: string | undefined;
  /** Header that carries the binding. Default `X-Join-Binding`. */
  readonly bindingHeader?: string | undefined;
}

/** The names as written and in the lower case in which headers are compared. */
export interface ResolvedHeaderNames {
  readonly challenge: string;
  readonly audience: string;
  readonly binding: string;
  readonly lower: {
    readonly challenge: string;
    readonly audience: string;
    readonly binding: string;
  };
}

const NAME = /^[A-Za-z0-9-]{1,64}$/;

/** Headers with a meaning of their own: none of ours may take such a name. */
export const FIXED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'accept',
  'content-length',
  'content-type',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-user-agent',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'user-agent',
  'accept-encoding',
]);

/** Headers of HTTP itself, which proxies change and signers leave out, and of protocols in which the same request would be valid too. */
const TAKEN_HEADERS: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-encoding',
  'date',
  'cookie',
  'cache-control',
  'from',
  'max-forwards',
  'pragma',
  'referer',
  'x-amzn-trace-id',
  'x-amz-target',
  'x-vault-aws-iam-server-id',
  'x-k8s-aws-id',
  'x-lakefs-server-id',
]);

/** Whole families of such headers. */
const TAKEN_PREFIXES = ['proxy-', 'sec-'];

/**
 * Fills in the default header names and refuses names that would collide.
 *
 * @throws JoinIamError `invalid-option`
 */
export function resolveHeaderNames(names: JoinHeaderNames): ResolvedHeaderNames {
  const challenge = names.challengeHeader ?? CHALLENGE_HEADER;
  const audience = names.audienceHeader ?? AUDIENCE_HEADER;
  const binding = names.bindingHeader ?? BINDING_HEADER;
  const lower = {
    challenge: lowerName('challengeHeader', challenge),
    audience: lowerName('audienceHeader', audience),
    binding: lowerName('bindingHeader', binding),
  };
  if (
    lower.challenge === lower.audience ||
    lower.challenge === lower.binding ||
    lower.audience === lower.binding
  ) {
    throw new JoinIamError('invalid-option', {
      message:
        'The options challengeHeader, audienceHeader and bindingHeader must be three different names.',
    });
  }
  return { challenge, audience, binding, lower };
}

function lowerName(option: string, name: string): string {
  // ASCII only from here on, so lower-casing cannot map a foreign letter onto one of ours.
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new JoinIamError('invalid-option', {
      message: `The option ${option} must be 1 to 64 letters, digits or hyphens.`,
    });
  }
  const lower = name.toLowerCase();
  if (
    FIXED_HEADERS.has(lower) ||
    TAKEN_HEADERS.has(lower) ||
    TAKEN_PREFIXES.some((prefix) => lower.startsWith(prefix))
  ) {
    throw new JoinIamError('invalid-option', {
      message: `The option ${option} names a header that already has a meaning; choose another name.`,
    });
  }
  return lower;
}
