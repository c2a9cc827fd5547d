import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJoinRequest } from '../../src/client/index.js';
import {
  buildStsRequest,
  createJoinChallenge,
  inspectJoinRequest,
  type JoinContext,
  JoinIamError,
} from '../../src/server/index.js';
import { CASE_PRINCIPALS, VALID_REQUESTS } from '../support/case-requests.js';
import { CHALLENGE, CREDENTIALS, NOW } from '../support/fixtures.js';
import { judge } from '../support/sts-stand-in.js';

const base = VALID_REQUESTS.find(({ id }) => id === 'rv-base-global');
const inspect = (text: string, more: Partial<JoinContext> = {}) =>
  inspectJoinRequest(Buffer.from(text, 'latin1'), { now: NOW, challenge: CHALLENGE, ...more });

describe('inspectJoinRequest', () => {
  it.each<[string, Partial<JoinContext>]>([
    ['a clock that is no time', { now: new Date(Number.NaN) }],
    ['no challenge', { challenge: '' }],
    ['a window wider than that of STS', { maxClockSkewSeconds: 901 }],
    ['a window of nothing', { maxClockSkewSeconds: 0 }],
    ['a window of less than a second', { maxClockSkewSeconds: 0.5 }],
    ['regions that are no list', { extraRegions: JSON.parse('"eu"') }],
    ['a header name that is taken', { challengeHeader: 'Host' }],
  ])('takes %s for a mistake of the embedder', (_, more) => {
    expect(() => inspect('', more)).toThrowWithCode(JoinIamError, 'invalid-option');
  });

  it('decides on the challenge before it reads a byte', () => {
    for (const [challengeState, code] of [
      ['used', 'challenge-reused'],
      ['expired', 'challenge-expired'],
      ['unknown', 'challenge-unknown'],
    ] as const) {
      expect(() => inspect('', { challengeState })).toThrowWithCode(JoinIamError, code);
    }
    const odd = JSON.parse('{"challengeState":"brand-new"}');
    expect(() => inspect(base?.request ?? '', odd)).toThrowWithCode(
      JoinIamError,
      'challenge-unknown',
    );
  });

  it('refuses what is no bytes', () => {
    const text: Uint8Array = JSON.parse('"POST"');
    expect(() => inspectJoinRequest(text, { now: NOW, challenge: CHALLENGE })).toThrowWithCode(
      JoinIamError,
      'request-malformed',
    );
  });

  it('says how far and in which direction the clock is off', () => {
    const now = new Date(NOW.getTime() + 1_000_000);
    expect(() => inspect(base?.request ?? '', { now })).toThrow('1000 seconds behind');
    const early = new Date(NOW.getTime() - 901_000);
    expect(() => inspect(base?.request ?? '', { now: early })).toThrow('901 seconds ahead of');
  });

  it('has a window that can be made narrower', () => {
    const now = new Date(NOW.getTime() + 61_000);
    expect(() => inspect(base?.request ?? '', { now, maxClockSkewSeconds: 60 })).toThrowWithCode(
      JoinIamError,
      'clock-skew',
    );
    expect(inspect(base?.request ?? '', { now, maxClockSkewSeconds: 61 }).region).toBe('us-east-1');
  });

  it.each([
    ['0', '', 'body-mismatch'],
    ['42', 'Action=GetCallerIdentity&Version=2011-06-15', 'trailing-data'],
    ['0', 'Action=GetCallerIdentity&Version=2011-06-15', 'content-length'],
    ['99999999999999999999', 'Action=GetCallerIdentity&Version=2011-06-15', 'content-length'],
    ['43, 43', 'Action=GetCallerIdentity&Version=2011-06-15', 'content-length'],
  ])('a Content-Length of %j before %j is %s', (length, body, code) => {
    const [head = ''] = (base?.request ?? '').split('\r\n\r\n');
    const text = `${head.replace('Length: 43', `Length: ${length}`)}\r\n\r\n${body}`;
    expect(() => inspect(text)).toThrowWithCode(JoinIamError, code);
  });
});

describe('limits', () => {
  const [head = '', body = ''] = (base?.request ?? '').split('\r\n\r\n');

  it('reads 16,384 bytes and not one more', () => {
    const room = 16_384 - (base?.request ?? '').length - '\r\nUser-Agent: '.length;
    const padded = (size: number) =>
      inspect(`${head}\r\nUser-Agent: ${'x'.repeat(size)}\r\n\r\n${body}`);
    expect(padded(room).host).toBe('sts.amazonaws.com');
    expect(() => padded(room + 1)).toThrowWithCode(JoinIamError, 'request-too-large');
  });

  it('reads 32 header lines and not one more', () => {
    const missing = 32 - (head.split('\r\n').length - 1);
    const padded = (lines: number) => {
      const more = Array.from({ length: lines }, (_, i) => `\r\nX-${i}: y`).join('');
      return inspect(`${head}${more}\r\n\r\n${body}`);
    };
    expect(() => padded(missing)).toThrowWithCode(JoinIamError, 'header-not-allowed');
    expect(() => padded(missing + 1)).toThrowWithCode(JoinIamError, 'request-malformed');
  });
});

describe('refusals the case file leaves out', () => {
  const change = (from: RegExp | string, to: string) => (base?.request ?? '').replace(from, to);

  it.each([
    ['a header without value', change(/Accept: [^\r]*/, 'Accept:   '), 'request-malformed'],
    [
      'an algorithm and nothing else',
      change(/(Authorization: \S+) [^\r]*/, '$1'),
      'authorization-malformed',
    ],
    ['no algorithm', change('AWS4-HMAC-SHA256 ', ''), 'algorithm-not-allowed'],
    ['two spaces for the target', change('POST / HTTP', 'POST  HTTP'), 'request-malformed'],
    [
      'an empty list of signed headers',
      change(/SignedHeaders=[^,]*/, 'SignedHeaders='),
      'signed-headers-malformed',
    ],
    [
      'a key id that is too long',
      change('ASIAIOSFODNN7EXAMPLE', 'A'.repeat(129)),
      'credential-malformed',
    ],
    ['an upper-case region', change('/us-east-1/', '/US-EAST-1/'), 'credential-malformed'],
    [
      'a session token of 8,193 characters',
      change(/Token: [^\r]*/, `Token: ${'A'.repeat(8_193)}`),
      'session-token-malformed',
    ],
    ['February 31', change('X-Amz-Date: 20260115', 'X-Amz-Date: 20260231'), 'date-malformed'],
    ['the year 26', change('X-Amz-Date: 2026', 'X-Amz-Date: 0026'), 'date-malformed'],
  ])('%s', (_, text, code) => {
    expect(() => inspect(text)).toThrowWithCode(JoinIamError, code);
  });
});

describe('what the client signs', () => {
  it('passes every check and is valid for STS after it was rebuilt', async () => {
    const region = fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1');
    const word = fc.stringMatching(/^[!-~]{1,40}$/);
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(region, word, word, bytes, async (where, audience, binding, random) => {
        const challenge = createJoinChallenge({ randomBytes: () => random });
        const { requests } = await createJoinRequest({
          challenge,
          audience,
          binding,
          region: where,
          credentials: CREDENTIALS,
          signingDate: NOW,
        });
        const context = { now: NOW, challenge, audience, binding };
        const sts = buildStsRequest(inspectJoinRequest(requests[0] ?? new Uint8Array(), context));
        const head = sts.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const sent = `${sts.method} ${sts.path} HTTP/1.1\r\n${head}\r\n${sts.body}`;
        expect(judge(sent, { principals: CASE_PRINCIPALS, now: NOW })).toMatchObject({
          status: 200,
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('buildStsRequest', () => {
  it('takes no copy that has lost its parts', () => {
    const inspected = inspect(base?.request ?? '');
    const copy: typeof inspected = JSON.parse(JSON.stringify(inspected));
    expect(() => buildStsRequest(copy)).toThrowWithCode(JoinIamError, 'invalid-option');
  });

  it('does not print headers', async () => {
    const { inspect: print } = await import('node:util');
    const request = buildStsRequest(inspect(base?.request ?? ''));
    for (const text of [print(request), JSON.stringify(request)]) {
      expect(text).toContain('sts.amazonaws.com');
      expect(text).not.toMatch(/IQoJ|[0-9a-f]{64}/);
    }
  });
});
