import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOperation } from '../../src/operation/name-operation.js';
import { createRequestRules } from '../../src/operation/request-rules.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';

const routes = await loadRestRoutes();

const READS = ['DescribeAlarms', 'GetMetricData'];
const WRITES = ['DeleteAlarms', 'PutMetricAlarm'];
const shape = 'GraniteServiceVersion20100801';
const encodeAll = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => `%${letter.charCodeAt(0).toString(16)}`);

const PATHS: readonly ((operation: string) => string)[] = [
  (operation) => `/service/${shape}/operation/${operation}`,
  (operation) => `/service/${shape}/operation/${operation}/`,
  (operation) => `/v1/service/${shape}/operation/${operation}`,
  (operation) => `//service/${shape}/operation/${operation}`,
  (operation) => `/service/${shape}/operation/${encodeAll(operation)}`,
  (operation) => `/${encodeAll('service')}/${shape}/operation/${operation}`,
  (operation) => `/x%2Fservice%2F${shape}%2Foperation%2F${operation}`,
];
const PAIRS: readonly ((operation: string) => string)[] = [
  (operation) => `Action=${operation}`,
  (operation) => `Version=2010-08-01&Action=${operation}`,
  (operation) => `${encodeAll('Action')}=${encodeAll(operation)}`,
  (operation) => `X=1;Action=${operation}`,
  (operation) => `%20Action=${operation}`,
  (operation) => `action=${operation}`,
];
const BODIES: readonly ((pair: string) => readonly [Buffer, string | undefined])[] = [
  (pair) => [Buffer.from(pair), undefined],
  (pair) => [gzipSync(pair), 'gzip'],
  (pair) => [gzipSync(gzipSync(pair)), 'gzip, gzip'],
  (pair) => [Buffer.concat([gzipSync('A=1'), gzipSync(`&${pair}`)]), 'gzip'],
  (pair) => [gzipSync(`A=1&${pair}&B=2`, { level: 0 }), 'gzip'],
  (pair) => [Buffer.from(pair, 'utf16le'), undefined],
];
const TYPES = [undefined, 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'];

/** One place of a request that names an operation, and how it is written there. Most requests have few of them. */
const source = (forms: readonly ((operation: string) => string)[]) =>
  fc.option(
    fc.record({
      operation: fc.constantFrom(...READS, ...WRITES),
      write: fc.constantFrom(...forms.slice(0, 1), ...forms),
    }),
    { nil: undefined, freq: 2 },
  );

const parts = fc.record({
  path: source(PATHS),
  target: source([(operation) => `${shape}.${operation}`]),
  query: source(PAIRS),
  body: source(PAIRS),
  wrap: fc.constantFrom(...BODIES.slice(0, 1), ...BODIES),
  type: fc.constantFrom(...TYPES, 'application/x-amz-json-1.0', 'application/cbor'),
  protocol: fc.constantFrom(undefined, undefined, 'rpc-v2-cbor', 'rpc-v2-json', 'other'),
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET'),
  host: fc.constantFrom(undefined, 'monitoring.eu-west-1.amazonaws.com'),
});
type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;

function requestOf({ path, target, query, body, wrap, type, protocol, method, host }: Parts) {
  const at = path === undefined ? '/' : path.write(path.operation);
  const asked = query === undefined ? '' : `?${query.write(query.operation)}`;
  const headers: [string, string][] = [];
  if (type !== undefined) headers.push(['Content-Type', type]);
  if (protocol !== undefined) headers.push(['Smithy-Protocol', protocol]);
  if (target !== undefined) headers.push(['X-Amz-Target', target.write(target.operation)]);
  let bytes: Buffer = Buffer.alloc(0);
  if (body !== undefined) {
    const [wrapped, encoding] = wrap(body.write(body.operation));
    bytes = wrapped;
    if (encoding !== undefined) headers.push(['Content-Encoding', encoding]);
  }
  return { service: 'monitoring', method, target: at + asked, headers, host, body: bytes };
}

/** What any server that speaks all protocols of CloudWatch, strictly or loosely, could carry out. */
function possible({ path, target, query, body, type }: Parts): ReadonlySet<string> {
  // A JSON or CBOR call has its format in its type: such a body is no form for anybody who speaks the protocol.
  const isJson = type === 'application/x-amz-json-1.0' && target !== undefined;
  const isCbor = type === 'application/cbor' && path !== undefined;
  const sources = [path, target, query, isJson || isCbor ? undefined : body];
  return new Set(sources.flatMap((one) => one?.operation ?? []));
}

describe('nameOperation with sources that disagree', () => {
  it('never lets a list of operations or the read-only preset pass what AWS could run otherwise', () => {
    const allow = createRequestRules({ operations: { allow: ['monitoring:Get*', '*:Describe*'] } });
    const deny = createRequestRules({ operations: { deny: ['monitoring:Delete*', '*:Put*'] } });
    const readOnly = createRequestRules({ readOnly: true });
    let named = 0;
    let contradictory = 0;
    fc.assert(
      fc.property(parts, (request) => {
        const { operation } = nameOperation(requestOf(request), routes);
        const runs = possible(request);
        const asked = { service: 'monitoring', region: 'eu-west-1', operation };
        if (operation !== undefined) {
          named += 1;
          expect([...runs]).toEqual([operation]);
        }
        if (runs.size > 1) {
          contradictory += 1;
          expect(operation).toBeUndefined();
        }
        if (operation === undefined || [...runs].some((one) => WRITES.includes(one))) {
          for (const rules of [allow, deny, readOnly]) expect(rules(asked).decision).toBe('deny');
        }
      }),
      { numRuns: 1000 },
    );
    expect(named).toBeGreaterThan(10);
    expect(contradictory).toBeGreaterThan(100);
  });
});
