import { JoinIamError } from '../../errors.js';
import {
  ACCEPT,
  CALLER_IDENTITY_BODY_SHA256,
  CONTENT_TYPE,
  CONTENT_TYPE_PLAIN,
} from '../../wire/constants.js';
import { FIXED_HEADERS, type ResolvedHeaderNames } from '../../wire/header-names.js';

type Headers = ReadonlyMap<string, string>;

const REQUIRED = ['host', 'authorization', 'content-type', 'x-amz-date'];

/** Headers that may stay unsigned: we send constants for them, or nothing. */
const MAY_BE_UNSIGNED: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'content-type',
  'accept',
  'user-agent',
  'accept-encoding',
]);

/** Headers that must stay unsigned: a signed one would have to be sent on as the stranger wrote it. */
const MUST_BE_UNSIGNED: ReadonlySet<string> = new Set([
  'authorization',
  'user-agent',
  'accept-encoding',
]);

const SIGNED_NAME = /^[a-z0-9-]+$/;

/** Step 7 and the first part of step 8: a closed list, and what must be there. */
export function checkHeaderList(headers: Headers, names: ResolvedHeaderNames): void {
  for (const name of headers.keys()) {
    if (!isListed(name, names)) {
      throw new JoinIamError('header-not-allowed', {
        message: 'The signed request has a header that is not part of a join request.',
        detail: `header ${name}`,
      });
    }
  }
  for (const name of REQUIRED) {
    if (!headers.has(name)) {
      throw new JoinIamError('header-missing', {
        message: `The signed request has no header "${name}".`,
      });
    }
  }
}

/** Step 11. */
export function readSignedHeaders(
  text: string,
  headers: Headers,
  names: ResolvedHeaderNames,
): readonly string[] {
  const list = text.split(';');
  list.forEach((name, index) => {
    const previous = list[index - 1];
    if (!SIGNED_NAME.test(name) || (previous !== undefined && previous >= name)) {
      throw new JoinIamError('signed-headers-malformed', {
        message:
          'SignedHeaders is not a list of lower-case names in ascending order, each once, joined by semicolons.',
      });
    }
  });
  for (const name of list) {
    if (!isListed(name, names) || MUST_BE_UNSIGNED.has(name)) {
      throw new JoinIamError('signed-header-not-allowed', {
        message: 'SignedHeaders names a header that must not be signed.',
        detail: `header ${name}`,
      });
    }
  }
  for (const name of list) {
    if (!headers.has(name)) {
      throw new JoinIamError('signed-header-absent', {
        message: `SignedHeaders names "${name}", which the signed request does not have.`,
      });
    }
  }
  return list;
}

/** Steps 12 and 13. A whole-name look-up: `x-join-challenge2` in the list signs nothing of ours. */
export function checkCoverage(
  headers: Headers,
  signed: ReadonlySet<string>,
  names: ResolvedHeaderNames,
): void {
  if (!headers.has(names.lower.challenge)) {
    throw new JoinIamError('challenge-missing', {
      message: `The signed request has no header "${names.challenge}".`,
    });
  }
  if (!signed.has(names.lower.challenge)) {
    throw new JoinIamError('challenge-unsigned', {
      message: `The header "${names.challenge}" is not signed.`,
    });
  }
  for (const name of ['host', 'x-amz-date', ...headers.keys()]) {
    if (!signed.has(name) && !MAY_BE_UNSIGNED.has(name)) {
      throw new JoinIamError('header-unsigned', { message: `The header "${name}" is not signed.` });
    }
  }
}

/** Step 14: values that are constants. */
export function checkConstants(headers: Headers): void {
  const contentType = headers.get('content-type');
  if (contentType !== CONTENT_TYPE && contentType !== CONTENT_TYPE_PLAIN) {
    throw new JoinIamError('content-type', {
      message: `The Content-Type of the signed request is not "${CONTENT_TYPE}".`,
    });
  }
  const accept = headers.get('accept');
  if (accept !== undefined && accept !== ACCEPT) {
    throw new JoinIamError('accept-not-allowed', {
      message: `The Accept header of the signed request is not "${ACCEPT}".`,
    });
  }
  const hash = headers.get('x-amz-content-sha256');
  if (hash !== undefined && hash !== CALLER_IDENTITY_BODY_SHA256) {
    throw new JoinIamError('payload-hash-mismatch', {
      message: 'The X-Amz-Content-Sha256 header is not the digest of the body.',
    });
  }
}

function isListed(name: string, names: ResolvedHeaderNames): boolean {
  const { challenge, audience, binding } = names.lower;
  return FIXED_HEADERS.has(name) || name === challenge || name === audience || name === binding;
}
