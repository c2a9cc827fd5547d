import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyStsHost,
  decodeJoinRequest,
  inspectJoinRequest,
  JoinIamError,
  parseStsResponse,
} from '../../src/server/index.js';
import { ATTACKS, VALID_REQUESTS } from '../support/case-requests.js';
import { CHALLENGE, IDENTITY, NOW } from '../support/fixtures.js';
import { identityBody } from '../support/sts-stand-in.js';

const context = { now: NOW, challenge: CHALLENGE };

/** Runs something that may only return or throw an error of ours. */
function onlyOurs(run: () => unknown): JoinIamError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof JoinIamError) return error;
    throw error;
  }
}

const headText = fc
  .array(
    fc.oneof(
      fc.constantFrom('POST / HTTP/1.1', '\r\n', ': ', 'Host', 'Authorization', ';', '/', ',', ' '),
      fc.constantFrom(
        'AWS4-HMAC-SHA256 ',
        'Credential=',
        'SignedHeaders=',
        'Signature=',
        '__proto__',
      ),
      fc.constantFrom('Content-Length: 43', 'Action=GetCallerIdentity&Version=2011-06-15'),
      fc.string({ maxLength: 20, unit: 'binary' }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe('inspectJoinRequest', () => {
  it('throws only errors of ours on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(onlyOurs(() => inspectJoinRequest(bytes, context))).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it('throws only errors of ours on texts made of the right words', () => {
    fc.assert(
      fc.property(headText, (bytes) => {
        expect(onlyOurs(() => inspectJoinRequest(bytes, context))).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('throws only errors of ours on requests that are cut and glued together', () => {
    const seeds = [...ATTACKS, ...VALID_REQUESTS.map(({ request }) => request)];
    const seed = fc.constantFrom(...seeds);
    fc.assert(
      fc.property(seed, seed, fc.nat(1_200), fc.nat(1_200), (left, right, i, j) => {
        const bytes = Buffer.from(left.slice(0, i) + right.slice(j), 'latin1');
        onlyOurs(() => inspectJoinRequest(bytes, context));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['spaces', ' ', 'request-malformed'],
    ['commas', ',', 'authorization-malformed'],
    ['semicolons', ';', 'credential-malformed'],
    ['slashes', '/', 'credential-malformed'],
    ['line ends', '\r\n', 'content-length'],
    ['header lines', '\r\na: b', 'request-malformed'],
    ['signed headers', ', SignedHeaders=a', 'authorization-malformed'],
  ])('refuses 15 KiB of %s in an otherwise good request', (_, unit, code) => {
    const { request, context: own } = VALID_REQUESTS[0] ?? { request: '', context };
    const hostile = request.replace('/20260115', unit.repeat(15_000 / unit.length));
    const bytes = Buffer.from(hostile, 'latin1');
    expect(onlyOurs(() => inspectJoinRequest(bytes, own))?.code).toBe(code);
  });

  it('reads a view into a larger buffer, and nothing around it', () => {
    const { request, context: own } = VALID_REQUESTS[0] ?? { request: '', context };
    const padded = Buffer.from(`xx${request}yy`, 'latin1');
    const view = new Uint8Array(padded.buffer, padded.byteOffset + 2, request.length);
    expect(inspectJoinRequest(view, own).host).toBe('sts.amazonaws.com');
  });

  it('does not print what it must keep secret', async () => {
    const { inspect } = await import('node:util');
    const { request, context: own } = VALID_REQUESTS[0] ?? { request: '', context };
    const inspected = inspectJoinRequest(Buffer.from(request, 'latin1'), own);
    for (const text of [inspect(inspected, { depth: 9 }), JSON.stringify(inspected)]) {
      expect(text).not.toMatch(/IQoJ|[0-9a-f]{64}/);
    }
  });
});

describe('parseStsResponse', () => {
  const identity = identityBody(IDENTITY);
  const headers = { 'content-type': 'application/json' };
  const aws = { partition: 'aws' } as const;

  it('throws only errors of ours on random answers', () => {
    const answer = fc.record({
      status: fc.oneof(fc.integer(), fc.constantFrom(200, 301, 400, 403, 429, 500, Number.NaN)),
      headers: fc.oneof(fc.constant(headers), fc.dictionary(fc.string(), fc.string())),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 3_000 }),
        fc.json().map((text) => Buffer.from(text)),
        fc
          .tuple(fc.nat(identity.length), fc.string())
          .map(([at, text]) => Buffer.from(identity.slice(0, at) + text + identity.slice(at))),
      ),
    });
    fc.assert(
      fc.property(answer, (response) => {
        onlyOurs(() => parseStsResponse(response, aws));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives an identity only when account, ARN and user id agree, whatever the texts are', () => {
    const text = fc.oneof(fc.constantFrom(...Object.values(IDENTITY)), fc.string());
    fc.assert(
      fc.property(text, text, text, (Account, Arn, UserId) => {
        const body = Buffer.from(identityBody({ Account, Arn, UserId }));
        const error = onlyOurs(() => parseStsResponse({ status: 200, headers, body }, aws));
        const isTheOne =
          Account === IDENTITY.Account && Arn === IDENTITY.Arn && UserId === IDENTITY.UserId;
        expect(error === undefined).toBe(isTheOne);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['[', '{"a":', '"', '{"GetCallerIdentityResponse":'])('refuses 64 KiB of %s', (unit) => {
    const body = Buffer.from(unit.repeat(65_000 / unit.length));
    expect(onlyOurs(() => parseStsResponse({ status: 200, headers, body }, aws))?.code).toBe(
      'sts-malformed',
    );
  });

  it('takes no member from a prototype', () => {
    const hostile = '{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"__proto__":';
    const body = Buffer.from(`${hostile}${JSON.stringify(IDENTITY)}}}}`);
    expect(onlyOurs(() => parseStsResponse({ status: 200, headers, body }, aws))?.code).toBe(
      'sts-malformed',
    );
  });

  it('sees one name in two spellings as a duplicate', () => {
    const body = Buffer.from(
      identity.replace('"Account"', '"\\u0041ccount":"111111111111","Account"'),
    );
    expect(onlyOurs(() => parseStsResponse({ status: 200, headers, body }, aws))?.code).toBe(
      'sts-malformed',
    );
  });
});

describe('other doors', () => {
  it('classifyStsHost and decodeJoinRequest throw only errors of ours', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, host) => {
        onlyOurs(() => decodeJoinRequest(value));
        expect(onlyOurs(() => classifyStsHost(host))?.code).toBe('host-not-allowed');
      }),
      { numRuns: 500 },
    );
  });
});
