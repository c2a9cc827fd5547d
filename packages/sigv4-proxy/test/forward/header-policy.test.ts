import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import {
  type PrepareHeadersOptions,
  type PrepareHeadersQuery,
  prepareHeaders,
} from '../../src/forward/header-policy.js';
import type { HeaderList } from '../../src/request.js';

const HASH = 'a'.repeat(64);
const prepare = (
  headers: HeaderList,
  more: Partial<PrepareHeadersQuery> = {},
  options: PrepareHeadersOptions = {},
) =>
  prepareHeaders(
    {
      mode: 'connect',
      upstreamHost: 'sts.us-east-1.amazonaws.com',
      service: 'sts',
      credentials: { sessionToken: 'REAL' },
      now: new Date('2026-11-20T12:00:07.999Z'),
      headers,
      clientSignedHeaders: ['host', 'x-amz-date'],
      body: 'empty',
      ...more,
    },
    options,
  );
const names = (headers: HeaderList) => headers.map(([name]) => name.toLowerCase());
const value = (headers: HeaderList, name: string) =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1];

describe('prepareHeaders', () => {
  it('lets nothing of the client stand beside what is set anew', () => {
    const { headers } = prepare([
      ['HOST', 'a'],
      ['host', 'b'],
      ['X-Amz-Date', '20200101T000000Z'],
      ['Date', 'old'],
      ['x-amz-security-token', 'LOCAL'],
      ['X-Amz-S3session-Token', 'LOCAL'],
      ['Authorization', 'local'],
      ['Cookie', 'a=b'],
      ['X-Forwarded-Anything', 'x'],
      ['X-SigV4-Proxy-Role', 'x'],
      ['Trailer', 'x'],
    ]);
    expect(headers).toEqual([
      ['Host', 'sts.us-east-1.amazonaws.com'],
      ['X-Amz-Date', '20261120T120007Z'],
      ['X-Amz-Content-Sha256', expect.stringMatching(/^e3b0c442/)],
      ['X-Amz-Security-Token', 'REAL'],
    ]);
  });

  it('keeps order, repeats and the case of names of the others', () => {
    const kept: HeaderList = [
      ['Range', 'bytes=0-9'],
      ['x-amz-meta-A', '1'],
      ['X-Amz-Meta-a', '2'],
      ['Origin', 'https://x'],
    ];
    const { headers, signedHeaders } = prepare(kept);
    expect(headers.slice(1, 5)).toEqual(kept);
    expect(signedHeaders.filter((name) => name === 'x-amz-meta-a')).toHaveLength(1);
    expect(signedHeaders).not.toContain('range');
  });

  it('signs what the client signed, but nothing that hops rewrite', () => {
    const sent: HeaderList = [
      ['If-Match', '"x"'],
      ['User-Agent', 'x'],
      ['Expect', '100-continue'],
      ['X-Amzn-Trace-Id', 'x'],
      ['Cache-Control', 'no-cache'],
    ];
    const clientSignedHeaders = names(sent);
    const { headers, signedHeaders } = prepare(sent, { clientSignedHeaders });
    expect(names(headers)).toEqual(expect.arrayContaining(clientSignedHeaders));
    expect(signedHeaders).toEqual([
      'cache-control',
      'host',
      'if-match',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
    ]);
  });

  it('names the token of an S3 Express session as S3 wants it, and that of CreateSession as usual', () => {
    const express = {
      service: 's3express',
      upstreamHost: 'b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com',
    };
    const session = prepare([['x-amz-s3session-token', 'LOCAL']], express).headers;
    expect(value(session, 'x-amz-s3session-token')).toBe('REAL');
    expect(value(session, 'x-amz-security-token')).toBeUndefined();
    const create = prepare([], express).headers;
    expect(value(create, 'x-amz-security-token')).toBe('REAL');
    const other = prepare([['x-amz-s3session-token', 'LOCAL']]).headers;
    expect(value(other, 'x-amz-s3session-token')).toBeUndefined();
  });

  it.each([
    ['Host'],
    ['x-amz-content-sha256'],
    ['X-Amz-Meta-A'],
    ['close, content-type'],
    ['Content-Length'],
    ['authorization'],
    ['if-match'],
  ])('refuses a Connection header that would take a header from AWS: %s', (connection) => {
    const more = { clientSignedHeaders: ['host', 'if-match'] };
    expect(() => prepare([['Connection', connection]], more)).toThrowWithCode(
      SigV4ProxyError,
      'bad-connection-header',
    );
  });

  it('drops headers that a harmless Connection header names', () => {
    const { headers } = prepare([
      ['Connection', 'close , X-Hop,,'],
      ['x-hop', '1'],
      ['connection', 'x-hop-2'],
      ['X-Hop-2', '1'],
    ]);
    expect(names(headers)).not.toContain('x-hop');
    expect(names(headers)).not.toContain('x-hop-2');
  });

  it.each<[string, HeaderList]>([
    [
      'two lengths',
      [
        ['Content-Length', '3'],
        ['content-length', '3'],
      ],
    ],
    [
      'length and chunks',
      [
        ['Content-Length', '3'],
        ['Transfer-Encoding', 'chunked'],
      ],
    ],
    ['a second coding', [['Transfer-Encoding', 'gzip, chunked']]],
    [
      'two codings',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Transfer-Encoding', 'chunked'],
      ],
    ],
    ['a sign', [['Content-Length', '+3']]],
    ['a list', [['Content-Length', '3, 3']]],
    ['a hexadecimal length', [['Content-Length', '0x3']]],
  ])('refuses ambiguous framing: %s', (_, headers) => {
    for (const body of ['known', 'unknown', 'empty', 'aws-chunked'] as const) {
      const sent: HeaderList = [['x-amz-content-sha256', HASH], ...headers];
      expect(() => prepare(sent, { body })).toThrowWithCode(SigV4ProxyError, 'bad-framing');
    }
  });

  it('gives a collected body its length and hash', () => {
    const more = { body: 'unknown', bodyLength: 3, payloadHash: HASH } as const;
    const { headers, payloadHash } = prepare([['Transfer-Encoding', 'chunked']], more);
    expect(value(headers, 'content-length')).toBe('3');
    expect(value(headers, 'x-amz-content-sha256')).toBe(HASH);
    expect(payloadHash).toBe(HASH);
    expect(names(headers)).not.toContain('transfer-encoding');
  });

  it('says which facts the caller owes', () => {
    for (const body of ['known', 'unknown', 'aws-chunked'] as const) {
      expect(() => prepare([], { body })).toThrowWithCode(SigV4ProxyError, 'invalid-option');
    }
  });

  it('keeps an explicit zero length and invents none', () => {
    expect(value(prepare([['Content-Length', '0']]).headers, 'content-length')).toBe('0');
    expect(value(prepare([]).headers, 'content-length')).toBeUndefined();
  });

  it('takes frames away in decode mode, with everything that speaks of them', () => {
    const sent: HeaderList = [
      ['Content-Encoding', 'gzip, aws-chunked'],
      ['Transfer-Encoding', 'chunked'],
      ['X-Amz-Decoded-Content-Length', '6'],
      ['X-Amz-Trailer', 'x-amz-checksum-crc32'],
      ['x-amz-sdk-checksum-algorithm', 'CRC32'],
      ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
    ];
    const { headers, payloadHash } = prepare(
      sent,
      { body: 'aws-chunked' },
      { chunkedMode: 'decode' },
    );
    expect(value(headers, 'content-encoding')).toBe('gzip');
    expect(value(headers, 'content-length')).toBe('6');
    expect(payloadHash).toBe('UNSIGNED-PAYLOAD');
    for (const gone of [
      'transfer-encoding',
      'x-amz-trailer',
      'x-amz-decoded-content-length',
      'x-amz-sdk-checksum-algorithm',
    ]) {
      expect(names(headers)).not.toContain(gone);
    }
    const without = sent.filter(([name]) => name !== 'X-Amz-Decoded-Content-Length');
    expect(() =>
      prepare(without, { body: 'aws-chunked' }, { chunkedMode: 'decode' }),
    ).toThrowWithCode(SigV4ProxyError, 'bad-framing');
  });

  it('keeps date, token and hash out of the headers of a presigned request', () => {
    const { headers } = prepare([['x-amz-meta-a', '1']], {}, { form: 'query' });
    expect(names(headers)).toEqual(['host', 'x-amz-meta-a']);
  });

  it('signs every x-amz header and only names that are there, in order', () => {
    const name = fc.oneof(
      fc.constantFrom('x-amz-meta-a', 'X-Amz-Acl', 'content-type', 'TE', 'cookie', 'range', 'via'),
      fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,12}$/),
    );
    const list = fc.array(fc.tuple(name, fc.string({ maxLength: 8 })), { maxLength: 8 });
    fc.assert(
      fc.property(list, fc.array(name, { maxLength: 4 }), (sent, signed) => {
        const clientSignedHeaders = signed.map((one) => one.toLowerCase());
        const harmless = sent.filter(
          ([one]) => !/^(connection|content-length|transfer-encoding)$/i.test(one),
        );
        const { headers, signedHeaders } = prepare(harmless, { clientSignedHeaders });
        const present = names(headers);
        expect(signedHeaders).toEqual([...new Set(signedHeaders)].sort());
        expect(signedHeaders.every((one) => present.includes(one))).toBe(true);
        const amz = present.filter((one) => one.startsWith('x-amz-'));
        expect(amz.every((one) => signedHeaders.includes(one))).toBe(true);
        expect(present.filter((one) => one === 'host')).toHaveLength(1);
      }),
    );
  });
});
