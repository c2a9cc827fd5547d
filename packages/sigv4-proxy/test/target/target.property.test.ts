import { getPartition, partitionNames, tryResolvePartition } from '@postern/config/aws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';
import { splitAwsSuffix } from '../../src/target/aws-suffix.js';
import { decideConnect } from '../../src/target/decide-connect.js';
import { parseHostName } from '../../src/target/host-name.js';
import { resolveTarget } from '../../src/target/resolve-target.js';
import type { TargetQuery } from '../../src/target/target-options.js';
import { validateAwsHost } from '../../src/target/validate-aws-host.js';

const routes = await loadRestRoutes();

const RUNS = { numRuns: 1000 };
const suffixes = partitionNames().flatMap((name) => {
  const { dnsSuffix, dualStackDnsSuffix } = getPartition(name);
  return [dnsSuffix, dualStackDnsSuffix];
});
const regions = partitionNames().flatMap((name) => {
  const partition = getPartition(name);
  return [...partition.regions, ...partition.pseudoRegions];
});

/** Texts near the forms that the parsers read, so that runs get past the first check. */
const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '.',
    ':',
    '@',
    '/',
    '%2e',
    ':443',
    's3',
    'sts',
    'vpce',
    'evil.example',
    '[::1]',
    '-fips',
    '*',
  ),
  fc.constantFrom(...suffixes),
  fc.constantFrom(...regions),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const dotted = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('.'));
const sound = fc
  .tuple(
    fc.constantFrom('sts', 's3', 'b.s3', 'api.ecr', 'bedrock-runtime', 'xyz', 'db.abc.rds', 'iam'),
    fc.constantFrom('', ...regions.map((one) => `.${one}`)),
    fc.constantFrom(...suffixes, 'amazonaws.com.evil.example'),
  )
  .map(([front, place, suffix]) => `${front}${place}.${suffix}`);
const host = fc.oneof(
  sound,
  fc.constant('localhost:8124'),
  text,
  dotted,
  dotted.map((front) => `${front}.localhost:8124`),
);
const SERVICES = [
  's3',
  's3express',
  's3-outposts',
  'sts',
  'iam',
  'bedrock',
  'geo',
  'compute',
  'lambda',
  'importexport',
];
const service = fc.oneof(text, fc.constantFrom(...SERVICES));
const region = fc.oneof(text, fc.constantFrom(...regions));

const headers = fc.array(
  fc.tuple(
    fc.constantFrom(
      'x-forwarded-host',
      'x-amz-region-set',
      'x-amz-account-id',
      'x-amz-request-route',
    ),
    fc.oneof(text, sound, fc.constantFrom('*', '123456789012', 'io-abc')),
  ),
  { maxLength: 2 },
);
const path = fc.oneof(
  text.map((tail) => `/${tail}`),
  fc.constantFrom(
    '/',
    '/v20180820/x',
    '/bucket/key',
    '/model/m/invoke',
    '/maps/v0/maps',
    '/endpoints/e/invocations',
  ),
);
const query = fc.record<TargetQuery>({
  mode: fc.constantFrom('connect', 'endpoint-url', 'forwarded'),
  host,
  scope: fc.record({ service, region: fc.option(region) }),
  algorithm: fc.constantFrom('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path,
  target: fc.option(text, { nil: undefined }),
  headers,
});

/** Requests with one thing wrong at most: the service is any label, the name in front of the listener nearly one. */
const label = fc.oneof(
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,14}$/) },
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{2,9}$/) },
);
const rarely = (values: readonly string[]) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, fc.constantFrom(...values));
const nearlyRight = fc
  .record({
    region: fc.constantFrom(...regions),
    other: rarely(regions),
    service: fc.oneof(label, fc.constantFrom(...SERVICES)),
    front: fc.constantFrom(
      ...Array<string>(12).fill(''),
      'my-bucket.',
      'b.s3.',
      'api.',
      'stream-',
      'x.execute-api.',
      'evil.example.',
    ),
    suffix: rarely(suffixes),
    mode: fc.constantFrom('connect' as const, 'endpoint-url' as const),
    path,
    headers,
  })
  .map(({ region: place, other, service: name, front, suffix, mode, ...rest }): TargetQuery => {
    const own = tryResolvePartition(place)?.dnsSuffix;
    const dialled = `${front}${name}.${place}.${suffix ?? own}`.toLowerCase();
    const asked = mode === 'connect' ? dialled : `${front}localhost:8124`;
    return {
      mode,
      host: asked,
      scope: { service: name, region: other ?? place },
      method: 'POST',
      ...rest,
    };
  });
const options = fc.record({
  listener: fc.constant({ names: ['localhost', '127.0.0.1', '[::1]'], port: 8124 }),
  useFipsEndpoint: fc.boolean(),
  useDualstackEndpoint: fc.boolean(),
  trustForwardedHost: fc.boolean(),
  s3HostLabel: fc.constantFrom('bucket' as const, 'access-point' as const, undefined),
});

/** The result, or undefined for an error of ours; any other error fails the test. */
function tolerant<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SigV4ProxyError) return undefined;
    throw error;
  }
}

describe('hostile text', () => {
  it('gets only our error out of the host parsers, and only AWS names through them', () => {
    fc.assert(
      fc.property(host, (value) => {
        const valid = tolerant(() => validateAwsHost(value));
        if (valid === undefined) return;
        expect(valid).toBe(value.toLowerCase().replace(/:443$/, ''));
        expect(suffixes.concat('on.aws').some((suffix) => valid.endsWith(`.${suffix}`))).toBe(true);
        expect(new URL(`https://${valid}/`).hostname).toBe(valid);
      }),
      RUNS,
    );
  });

  it('gets a decision out of every CONNECT target', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          host.map((name) => `${name}:443`),
        ),
        (authority) => {
          const decision = decideConnect(authority, { nonAws: 'tunnel' });
          if (decision.decision !== 'intercept') return;
          expect(splitAwsSuffix(decision.host)).toBeDefined();
          expect(decision.port).toBe(443);
        },
      ),
      RUNS,
    );
  });

  it('cannot lead a request out of the partition that it was signed for', () => {
    fc.assert(
      fc.property(fc.oneof(query, nearlyRight, nearlyRight), options, (asked, how) => {
        const target = tolerant(() => resolveTarget(asked, { ...how, routes }));
        if (target === undefined) return;
        const { name } = parseHostName(target.host);
        expect(splitAwsSuffix(name)?.partitions).toContain(target.partition);
        if (target.signingRegion === undefined) return;
        expect(tryResolvePartition(target.signingRegion)?.name).toBe(target.partition);
        expect(tryResolvePartition(asked.scope.region ?? '')?.name).toBe(target.partition);
      }),
      RUNS,
    );
  });

  it('takes linear time', () => {
    for (const unit of ['a', '.', 'a.', '-', 's3.', '1.', ':', '%', '[', 'xn--a.', 'vpce-', '0x']) {
      const long = unit.repeat(200_000 / unit.length);
      tolerant(() => validateAwsHost(long));
      decideConnect(`${long}:443`);
      for (const mode of ['connect', 'endpoint-url'] as const) {
        const scope = { service: long, region: long };
        tolerant(() =>
          resolveTarget({ mode, host: long, scope, method: 'GET', path: `/${long}` }, { routes }),
        );
        const sound = { service: 'bedrock', region: 'us-east-1' };
        const localhost = { mode, host: 'localhost', scope: sound, method: 'GET' };
        tolerant(() =>
          resolveTarget({ ...localhost, path: `/${long}?${long}`, target: long }, { routes }),
        );
      }
    }
  });
});
