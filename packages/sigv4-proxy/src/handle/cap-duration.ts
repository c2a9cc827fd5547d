import { hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import type { HeaderList } from '../request.js';
import { capAssumeRoleDuration } from '../vended/cap-assume-role-duration.js';

/** The parts of a verified request that may go out changed. */
export interface OutgoingParts {
  readonly target: string;
  readonly headers: HeaderList;
  /** The whole body, when it is in hand. */
  readonly body: Uint8Array | undefined;
  /** SHA-256 of a body that is not the client's any more. */
  readonly payloadHash?: string | undefined;
  /** What a session was cut to, for the client to know. */
  readonly durationSeconds?: number | undefined;
}

const EMPTY = new Uint8Array(0);

/**
 * Keeps sessions that a client asks of STS from outliving the identity it has here: the request goes out with a shorter
 * duration, otherwise as it came.
 *
 * @param parts of a verified request to STS
 * @throws SigV4ProxyError `identity-expires-too-soon`, `malformed-body`, `duplicate-parameter`
 */
export function capDuration(
  parts: OutgoingParts,
  o: { readonly expiresAt: Date; readonly now: Date },
): OutgoingParts {
  const cut = parts.target.indexOf('?');
  const capped = capAssumeRoleDuration({
    query: cut < 0 ? '' : parts.target.slice(cut + 1),
    body: parts.body ?? EMPTY,
    identityRemainingSeconds: (o.expiresAt.getTime() - o.now.getTime()) / 1000,
  });
  if (capped.unchanged === true) return parts;
  const { query, durationSeconds } = capped;
  const target = cut < 0 ? parts.target : `${parts.target.slice(0, cut)}?${query}`;
  if (parts.body === undefined || capped.body === '') return { ...parts, target, durationSeconds };
  const body = Buffer.from(capped.body, 'utf8');
  const payloadHash = hash('sha256', body, 'hex');
  // Both stood for the body the client sent; they are set anew from the one that goes out.
  const headers = parts.headers
    .filter(([name]) => name.toLowerCase() !== 'x-amz-content-sha256')
    .map((pair) =>
      pair[0].toLowerCase() === 'content-length' ? ([pair[0], String(body.length)] as const) : pair,
    );
  return { target, headers, body, payloadHash, durationSeconds };
}

/**
 * Requests that go out under the client's own signature cannot be cut.
 *
 * @throws SigV4ProxyError `denied` when one would have to be
 */
export function checkUncut(parts: OutgoingParts): void {
  if (parts.durationSeconds === undefined) return;
  throw new SigV4ProxyError(
    'denied',
    `The session would outlive your login: ask for at most ${parts.durationSeconds} seconds.`,
  );
}
