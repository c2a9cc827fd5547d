import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderPlanner } from '../../src/forward/header-planner.js';
import { type PrepareHeadersQuery, prepareHeaders } from '../../src/forward/header-policy.js';

const NOW = new Date('2026-03-01T10:00:00Z');
const LATER = new Date('2026-03-01T10:00:07.123Z');

const name = fc.constantFrom(
  'Host',
  'content-type',
  'Content-Length',
  'connection',
  'Connection',
  'keep-alive',
  'close',
  'transfer-encoding',
  'x-amz-content-sha256',
  'X-Amz-Date',
  'x-amz-target',
  'x-amz-s3session-token',
  'x-amz-meta-a',
  'accept',
  'cookie',
  'x-forwarded-for',
  'x-custom',
);
const value = fc.constantFrom(
  'a',
  '12',
  'keep-alive',
  'close',
  'x-custom',
  'chunked',
  'accept, close',
  '',
);
const query = (
  headers: [string, string][],
  values: string[],
  rest: Partial<PrepareHeadersQuery>,
) => ({
  mode: 'endpoint-url' as const,
  upstreamHost: 'dynamodb.us-east-1.amazonaws.com',
  service: 'dynamodb',
  credentials: { sessionToken: 'token' },
  now: NOW,
  headers: headers.map(([key, old], i): [string, string] => [key, values[i] ?? old]),
  clientSignedHeaders: ['host', 'x-amz-date'],
  body: 'known' as const,
  bodyLength: 12,
  payloadHash: 'a'.repeat(64),
  ...rest,
});
const attempt = (task: () => unknown) => {
  try {
    return task();
  } catch (error) {
    return error instanceof Error ? `${Reflect.get(error, 'code')}: ${error.message}` : error;
  }
};

describe('HeaderPlanner', () => {
  it('makes what prepareHeaders makes, whatever it has seen before', () => {
    const rest = fc.record({
      body: fc.constantFrom('known' as const, 'empty' as const, 'unknown' as const),
      service: fc.constantFrom('dynamodb', 's3express'),
      credentials: fc.constantFrom({ sessionToken: 'token' }, { sessionToken: 'other' }, {}),
      clientSignedHeaders: fc.constantFrom(['host'], ['close', 'host'], ['host', 'x-custom']),
      payloadHash: fc.constantFrom('b'.repeat(64), undefined),
      now: fc.constantFrom(NOW, LATER),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value), { maxLength: 8 }),
        fc.array(fc.tuple(fc.array(value, { maxLength: 8 }), rest), { minLength: 2, maxLength: 5 }),
        (headers, rounds) => {
          const planner = new HeaderPlanner();
          for (const [values, more] of rounds) {
            const asked = query(headers, values, more);
            expect(attempt(() => planner.prepare(asked, {}))).toEqual(
              attempt(() => prepareHeaders(asked, {})),
            );
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('asks again about a Connection value that the client signs as the name of a header', () => {
    const planner = new HeaderPlanner();
    const clientSigned = { clientSignedHeaders: ['close', 'host'] };
    const headers: [string, string][] = [
      ['content-length', '12'],
      ['connection', 'keep-alive'],
    ];
    planner.prepare(query(headers, [], clientSigned), {});
    const closing = query(headers, ['12', 'close'], clientSigned);
    expect(attempt(() => planner.prepare(closing, {}))).toMatch(/^bad-connection-header: /);
  });

  it('remembers the signed names as one list', () => {
    const planner = new HeaderPlanner();
    const asked = query(
      [
        ['content-length', '12'],
        ['accept', 'a'],
      ],
      [],
      {},
    );
    const first = planner.prepare(asked, {});
    expect(planner.prepare(asked, {}).signedHeaders).toBe(first.signedHeaders);
  });
});
