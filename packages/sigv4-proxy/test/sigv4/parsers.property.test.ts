import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import {
  canonicalPath,
  canonicalQuery,
  parseAuthorization,
  verifySignature,
} from '../../src/verify/index.js';
import { CREDENTIALS, NOW } from '../support/signing-oracle.js';

const latin1 = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

const tokens = fc
  .array(
    fc.oneof(
      latin1,
      fc.constantFrom(
        'AWS4-HMAC-SHA256',
        'AWS4-ECDSA-P256-SHA256',
        ' ',
        ',',
        ';',
        '/',
        '=',
        '&',
        '?',
        '%',
        '%2',
        '+',
        'Credential=',
        'SignedHeaders=',
        'Signature=',
        'aws4_request',
        'host',
        '20261120',
        'X-Amz-Algorithm=AWS4-HMAC-SHA256',
        'X-Amz-Signature=',
        'X-Amz-Credential=',
        'x%2Damz-date',
        'a'.repeat(64),
        '__proto__',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Runs a parser on hostile input: it may refuse with our error and nothing else. */
function refusesCleanly(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SigV4ProxyError);
  }
}

describe('parsers on random bytes', () => {
  it('parseAuthorization throws only its own error', () => {
    fc.assert(fc.property(tokens, (text) => refusesCleanly(() => parseAuthorization(text))));
  });

  it('canonicalPath and canonicalQuery throw only their own error', () => {
    fc.assert(
      fc.property(tokens, fc.constantFrom('s3', 'sqs', 's3-outposts'), (text, service) => {
        refusesCleanly(() => canonicalPath(`/${text}`, { service }));
        refusesCleanly(() => canonicalQuery(text));
      }),
    );
  });

  it('verifySignature throws only its own error, whatever target and headers', () => {
    fc.assert(
      fc.property(
        tokens,
        fc.array(
          fc.tuple(
            fc.oneof(
              latin1,
              fc.constantFrom('Authorization', 'Host', 'X-Amz-Date', 'Date', '__proto__'),
            ),
            tokens,
          ),
          { maxLength: 6 },
        ),
        (target, headers) =>
          refusesCleanly(() =>
            verifySignature(
              { method: 'GET', target: `/${target}`, headers },
              { credentials: CREDENTIALS, now: NOW },
            ),
          ),
      ),
    );
  });

  it('canonicalQuery gives the same for its own result', () => {
    fc.assert(
      fc.property(tokens, (text) => {
        let once: string;
        try {
          once = canonicalQuery(text);
        } catch {
          return;
        }
        expect(canonicalQuery(once)).toBe(once);
      }),
    );
  });

  it('finishes on inputs of 64 KiB that make backtracking matchers stall', () => {
    const long = 'a'.repeat(65_536);
    const hostile = [long, '%'.repeat(65_536), '&'.repeat(65_536), '/.'.repeat(32_768), `${long}=`];
    for (const text of [...hostile, '%41'.repeat(21_845), ' '.repeat(65_536), `${long}!`]) {
      refusesCleanly(() => canonicalPath(`/${text}`, { service: 'sqs' }));
      refusesCleanly(() => canonicalPath(`/${text}`, { service: 's3' }));
      refusesCleanly(() => canonicalQuery(text));
      refusesCleanly(() => parseAuthorization(`AWS4-HMAC-SHA256 ${text.slice(0, 8000)}`));
      refusesCleanly(() =>
        verifySignature(
          { method: 'GET', target: `/?${text}`, headers: [['Authorization', text]] },
          { credentials: CREDENTIALS, now: NOW },
        ),
      );
    }
    expect(hostile).toHaveLength(5);
  });
});
