import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderRelay, relayHeaders } from '../../src/forward/relay-headers.js';

const name = fc.constantFrom(
  'Content-Type',
  'content-length',
  'Date',
  'Connection',
  'connection',
  'Keep-Alive',
  'X-Amzn-RequestId',
  'x-amz-request-id',
  'x-amz-id-2',
  'x-amzn-ErrorType',
  'x-sigv4-proxy-request-id',
  'X-Hop',
);
const value = fc.constantFrom('close', 'keep-alive', 'X-Hop', 'close, x-hop', 'Date', 'one', 'two');
const head = fc.array(fc.tuple(name, value), { maxLength: 6 });

describe('HeaderRelay', () => {
  it('makes what relayHeaders makes, whatever it has seen before', () => {
    fc.assert(
      fc.property(fc.array(head, { maxLength: 8 }), (heads) => {
        const relay = new HeaderRelay();
        for (const pairs of heads) {
          expect(relay.relay(pairs.flat(), 'id')).toEqual(relayHeaders(pairs.flat(), 'id'));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('looks again when only the values change', () => {
    fc.assert(
      fc.property(head, fc.array(value, { maxLength: 6 }), (pairs, values) => {
        const relay = new HeaderRelay();
        relay.relay(pairs.flat(), 'id');
        const other = pairs.map(([key, old], at) => [key, values[at] ?? old]);
        expect(relay.relay(other.flat(), 'id')).toEqual(relayHeaders(other.flat(), 'id'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('relayHeaders', () => {
  it('keeps order and repeats, ends what belongs to the connection, and reads what AWS calls the request', () => {
    const raw = ['X-Amzn-RequestId', 'r', 'Connection', 'X-Hop', 'x-hop', '1', 'A', '1', 'A', '2'];
    expect(relayHeaders([...raw, 'x-amz-id-2', 'e', 'x-amzn-ErrorType', 'Oops:x'], 'id')).toEqual({
      headers: [
        ...['X-Amzn-RequestId', 'r', 'A', '1', 'A', '2', 'x-amz-id-2', 'e'],
        ...['x-amzn-ErrorType', 'Oops:x', 'x-sigv4-proxy-request-id', 'id'],
      ],
      requestId: 'r',
      extendedRequestId: 'e',
      errorType: 'Oops:x',
    });
  });
});
