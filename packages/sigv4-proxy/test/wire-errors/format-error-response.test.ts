import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SigV4ProxyErrorKind } from '../../src/error-kinds.js';
import { formatErrorResponse } from '../../src/wire-errors/format-error-response.js';
import type { WireProtocol } from '../../src/wire-errors/protocol.js';

const base = {
  service: 'sts',
  message: 'No.',
  requestId: 'id-1',
  method: 'POST',
  now: new Date('2026-11-20T12:00:00Z'),
};
const text = (body: Uint8Array) => Buffer.from(body).toString('utf8');
const XML: readonly WireProtocol[] = ['query', 'ec2Query', 's3Xml', 's3ControlXml', 'restXml'];

describe('formatErrorResponse', () => {
  it('gives both clocks for a skewed S3 request', () => {
    const { status, body } = formatErrorResponse({
      ...base,
      protocol: 's3Xml',
      kind: 'skew',
      skew: { requestTime: '20261120T110000Z', maxSkewMs: 900_000 },
    });
    expect(status).toBe(403);
    expect(text(body)).toContain(
      '<RequestTime>20261120T110000Z</RequestTime><ServerTime>2026-11-20T12:00:00Z</ServerTime>' +
        '<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>',
    );
  });

  it('carries the date that clients set their clock by, and the kind', () => {
    const { headers } = formatErrorResponse({ ...base, protocol: 'query', kind: 'skew' });
    expect(new Map(headers).get('date')).toBe('Fri, 20 Nov 2026 12:00:00 GMT');
    expect(new Map(headers).get('x-sigv4-proxy-error')).toBe('skew');
  });

  it.each<[SigV4ProxyErrorKind, boolean | undefined, boolean]>([
    ['denied', undefined, false],
    ['denied', true, true],
    ['payload-mismatch', false, true],
    ['too-large', false, true],
  ])('says when the connection has to end: %s, unread %s', (kind, bodyUnread, close) => {
    expect(formatErrorResponse({ ...base, protocol: 'query', kind, bodyUnread }).close).toBe(close);
  });

  it('names the fault of a query-compatible client by the status', () => {
    const header = (kind: SigV4ProxyErrorKind) => {
      const error = formatErrorResponse({ ...base, protocol: 'awsJson1_0', kind, queryMode: true });
      return new Map(error.headers).get('x-amzn-query-error');
    };
    expect(header('signature-mismatch')).toBe('SignatureDoesNotMatch;Sender');
    expect(header('upstream')).toBe('ServiceUnavailable;Receiver');
  });

  it('asks for patience with passing troubles only', () => {
    const header = (kind: SigV4ProxyErrorKind) =>
      new Map(formatErrorResponse({ ...base, protocol: 'query', kind }).headers).get('retry-after');
    expect(header('credentials')).toBe('1');
    expect(header('denied')).toBeUndefined();
  });

  it.each<[WireProtocol, number]>([
    ['query', 413],
    ['s3Xml', 400],
    ['awsJson1_1', 413],
    ['restJson1', 413],
  ])(
    'never answers 429 to a large body, which clients would send again: %s',
    (protocol, status) => {
      expect(formatErrorResponse({ ...base, protocol, kind: 'too-large' }).status).toBe(status);
    },
  );

  it.each(XML)('lets no message change the document: %s', (protocol) => {
    const plain = text(
      formatErrorResponse({ ...base, message: '', protocol, kind: 'denied' }).body,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (message) => {
        const xml = text(formatErrorResponse({ ...base, message, protocol, kind: 'denied' }).body);
        const inner = /<Message>([^<]*)<\/Message>/.exec(xml)?.[1] ?? '<';
        expect(xml.replace(`<Message>${inner}</Message>`, () => '<Message></Message>')).toBe(plain);
        expect(inner.replace(/&(?:amp|lt|gt|quot|apos|#xD);/g, '')).not.toMatch(/[<>&"'\r]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
        expect(inner).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      }),
      { numRuns: 300 },
    );
  });

  it.each<WireProtocol>(['awsJson1_0', 'awsJson1_1', 'restJson1'])(
    'keeps any message whole in JSON: %s',
    (protocol) => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (message) => {
          const { body } = formatErrorResponse({ ...base, message, protocol, kind: 'denied' });
          expect(JSON.parse(text(body))).toHaveProperty('message', message);
        }),
        { numRuns: 300 },
      );
    },
  );
});
