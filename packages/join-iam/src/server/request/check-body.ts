import { JoinIamError } from '../../errors.js';
import { CALLER_IDENTITY_BODY } from '../../wire/constants.js';
import type { RequestHead } from './read-head.js';

const LENGTH = /^(?:0|[1-9][0-9]*)$/;

/** Step 6: framing, then the body, which is a constant. */
export function checkBody(bytes: Buffer, head: RequestHead): void {
  if (head.headers.has('transfer-encoding')) {
    throw new JoinIamError('transfer-encoding', {
      message: 'The signed request has a Transfer-Encoding header.',
    });
  }
  const text = head.headers.get('content-length');
  const available = bytes.length - head.bodyStart;
  // The grammar comes first: Number() would also read "0x2b", "+43" and "4.3e1".
  const length = text !== undefined && LENGTH.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  // Zero in front of a body is a lie about the length, not a short body with something behind it.
  if (length > available || (length === 0 && available > 0)) {
    throw new JoinIamError('content-length', {
      message:
        'The Content-Length of the signed request is absent, malformed or longer than the body.',
    });
  }
  if (length < available) {
    throw new JoinIamError('trailing-data', {
      message: 'The signed request has bytes after its body.',
    });
  }
  if (bytes.toString('latin1', head.bodyStart) !== CALLER_IDENTITY_BODY) {
    throw new JoinIamError('body-mismatch', {
      message: `The body of the signed request is not exactly "${CALLER_IDENTITY_BODY}".`,
    });
  }
}
