import { getPartition, type PartitionName } from '@postern/config/aws';
import type { HeaderList } from '../request.js';
import { ambiguousEndpoint } from './ambiguous-endpoint.js';
import type { CheckedScope } from './check-scope.js';
import { type ServiceAddress, serviceAddress } from './service-endpoint.js';
import { servicesWithSigningName } from './service-rows.js';
import type { TargetOptions, TargetQuery } from './target-options.js';

const S3_FAMILY: ReadonlySet<string> = new Set([
  's3',
  's3-object-lambda',
  's3-outposts',
  's3express',
]);
const SERVICE_LABEL = /^s3(?:-control|-accesspoint|-object-lambda|-outposts|express-[a-z0-9-]+)?$/;
const ACCOUNT = /^[0-9]{12}$/;
const BUCKET_OR_ACCESS_POINT = /^[a-z0-9-]+-[0-9]{12}$/;
const ZONAL = /--([a-z0-9]+-az[0-9]+)--xa?-s3$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a signing name is one of S3 and its relatives. */
export function isS3Family(signingName: string): boolean {
  return S3_FAMILY.has(signingName);
}

/**
 * Finds the host for a request of the S3 family that was sent to the listener: clients keep buckets, access points and accounts in
 * front of the listener's name, and the proxy moves them in front of AWS's.
 *
 * @param labels what stood in front of the listener's name
 * @throws SigV4ProxyError `ambiguous-endpoint` when bucket, access point or account cannot be told
 */
export function s3Address(
  scope: CheckedScope & { readonly partition: PartitionName; readonly region: string },
  labels: readonly string[],
  query: TargetQuery,
  options: TargetOptions,
): ServiceAddress {
  const last = labels.at(-1);
  const kind = last !== undefined && SERVICE_LABEL.test(last) ? last : undefined;
  const place: Place = {
    scope,
    kind,
    front: kind === undefined ? labels : labels.slice(0, -1),
    isControl: query.path.startsWith('/v20180820/') || kind === 's3-control',
    query,
    options,
  };
  if (scope.service === 's3express') return express(place);
  if (scope.service === 's3-object-lambda') return objectLambda(place);
  if (scope.service === 's3-outposts') return outposts(place);
  return plain(place);
}

interface Place {
  readonly scope: CheckedScope & { readonly partition: PartitionName; readonly region: string };
  readonly kind: string | undefined;
  readonly front: readonly string[];
  readonly isControl: boolean;
  readonly query: TargetQuery;
  readonly options: TargetOptions;
}

function plain(place: Place): ServiceAddress {
  const { front, kind, options } = place;
  const account = header(place.query.headers, 'x-amz-account-id');
  if (place.isControl || (account !== undefined && kind === undefined)) {
    const [label = account, ...more] = front;
    if (label === undefined || !ACCOUNT.test(label) || more.length > 0) {
      throw ambiguousEndpoint('the call to S3 Control names no account');
    }
    if (account !== undefined && account !== label) {
      throw ambiguousEndpoint('the host and x-amz-account-id name different accounts');
    }
    return inFront(label, listed('s3control', place));
  }
  if (front.length === 0 && kind !== 's3-accesspoint') return listed('s3', place);
  const name = front.join('.');
  if (kind === 's3-accesspoint') return accessPoint(place, name);
  if (kind === undefined && BUCKET_OR_ACCESS_POINT.test(name)) {
    if (options.s3HostLabel === 'access-point') return accessPoint(place, name);
    if (options.s3HostLabel === undefined) {
      throw ambiguousEndpoint(
        'the name in front of the listener could be a bucket or an access point; set s3HostLabel',
      );
    }
  }
  return inFront(name, listed('s3', place));
}

function accessPoint(place: Place, name: string): ServiceAddress {
  if (!BUCKET_OR_ACCESS_POINT.test(name)) throw ambiguousEndpoint('the access point is not named');
  return inFront(name, usual('s3-accesspoint', place));
}

function express(place: Place): ServiceAddress {
  const name = place.front.join('.');
  const zone = ZONAL.exec(name)?.[1];
  if (zone !== undefined) {
    const fips = place.options.useFipsEndpoint ? 'fips-' : '';
    return inFront(name, usual(`s3express-${fips}${zone}`, place, false));
  }
  const [, key = ''] = /^\/[^/?]*\/?([^?]*)/.exec(place.query.path) ?? [];
  if (name !== '' || key !== '') {
    throw ambiguousEndpoint('the zone of the directory bucket is not in the host');
  }
  return usual('s3express-control', place);
}

function objectLambda(place: Place): ServiceAddress {
  const isAnswer = place.query.path.startsWith('/WriteGetObjectResponse');
  const route = header(place.query.headers, 'x-amz-request-route');
  const label = place.front.length === 0 && isAnswer ? route : place.front.join('.');
  if (label === undefined || !LABEL.test(label)) {
    throw ambiguousEndpoint('the Object Lambda access point or request route is not named');
  }
  return inFront(label, usual('s3-object-lambda', place));
}

function outposts(place: Place): ServiceAddress {
  const base = usual('s3-outposts', place);
  if (place.isControl && place.front.length === 0) return base;
  if (place.front.length !== 2) {
    throw ambiguousEndpoint('access point and outpost are not both in the host');
  }
  return inFront(place.front.join('.'), base);
}

/** A host that the endpoint table holds. */
function listed(id: 's3' | 's3control', { scope, options }: Place): ServiceAddress {
  const row = servicesWithSigningName('s3').find((one) => one.id === id);
  if (row === undefined) throw ambiguousEndpoint('the service table has no such service');
  return serviceAddress(row, scope.region, scope.partition, {
    fips: options.useFipsEndpoint === true,
    dualStack: options.useDualstackEndpoint === true,
  });
}

/** S3's relatives follow one pattern; dual stack is a label, not a suffix. */
function usual(label: string, { scope, options }: Place, mayMarkFips = true): ServiceAddress {
  if (scope.isPseudoRegion) throw ambiguousEndpoint('the region is not a real one');
  const fips = mayMarkFips && options.useFipsEndpoint ? '-fips' : '';
  const dual = options.useDualstackEndpoint ? '.dualstack' : '';
  const { dnsSuffix } = getPartition(scope.partition);
  return {
    host: `${label}${fips}${dual}.${scope.region}.${dnsSuffix}`,
    signingRegion: scope.region,
  };
}

function inFront(name: string, address: ServiceAddress): ServiceAddress {
  return { ...address, host: `${name}.${address.host}` };
}

function header(headers: HeaderList | undefined, name: string): string | undefined {
  return headers?.find(([key]) => key.toLowerCase() === name)?.[1];
}
