import { tryResolvePartition } from '@postern/config/aws';
import type { AwsName } from './aws-suffix.js';
import {
  globalLabels,
  labelsBehindRegion,
  ownedLabels,
  regionalLabels,
} from './data/host-labels.js';
import { matchS3Labels } from './s3-labels.js';

/** What the labels of an AWS host say. */
export interface HostShape {
  /** The region in the host; undefined for hosts without one. */
  readonly region: string | undefined;
  /** The signing names that such a host takes; undefined when the table does not know the labels. */
  readonly signingNames: readonly string[] | undefined;
  /** With unknown labels: the one label in the place of the service, if it is one. A new service has its name there. */
  readonly label: string | undefined;
  /** Whether any region may be signed although the host lies in none or in another. */
  readonly anyRegion: boolean;
}

type Table = ReadonlyMap<string, readonly string[]>;

const REGIONAL = tableOf(regionalLabels);
const OWNED = tableOf(ownedLabels);
const BEHIND = tableOf(labelsBehindRegion);
const GLOBAL = tableOf(globalLabels);
/** Cells of Timestream, named by its endpoint discovery. */
const TIMESTREAM_CELL = /^(?:ingest|query)-cell[0-9]{1,6}\.timestream$/;
const REGION_FIRST: ReadonlyMap<string, readonly string[]> = new Map([
  ['queue', ['sqs']],
  ['elasticmapreduce', ['elasticmapreduce']],
]);

function tableOf(rows: readonly (readonly [string, ...string[]])[]): Table {
  return new Map(rows.map(([path, ...names]) => [path, names]));
}

/**
 * Reads region and service from the labels of an AWS host. Nothing is guessed: labels that the table does not hold leave
 * `signingNames` undefined.
 *
 * @param name a host below an AWS suffix, not one of customers
 */
export function readHostShape(name: AwsName): HostShape {
  if (name.onAws) return readOnAws(name.labels);
  const labels = name.labels.at(-1) === 'vpce' ? name.labels.slice(0, -1) : name.labels;
  const inVpc = labels.length < name.labels.length;
  const last = labels.at(-1) ?? '';
  if (isRegion(last) && labels.length > 1) {
    const service = labels.slice(0, -1);
    return inVpc ? readInVpc(service, last) : readRegional(service, last);
  }
  if (inVpc) return unknown(undefined, []);
  const before = labels.at(-2) ?? '';
  if (isRegion(before)) {
    const behind = BEHIND.get(withoutFips(last));
    if (behind && labels.length > 2) return known(behind, before);
    const first = REGION_FIRST.get(last);
    if (first && labels.length === 2) return known(first, before);
  }
  return readGlobal(labels);
}

function readRegional(labels: readonly string[], region: string): HostShape {
  const s3 = matchS3Labels(labels, region);
  if (s3) return known(s3.signingNames, region);
  const plain = withoutFipsMarks(labels);
  const path = plain.join('.');
  const names = REGIONAL.get(path) ?? (TIMESTREAM_CELL.test(path) ? ['timestream'] : undefined);
  if (names) return known(names, region);
  const owned = OWNED.get(plain.slice(1).join('.'));
  if (owned) return known(owned, region);
  return unknown(region, plain);
}

/** `vpce-id.service.region.vpce`; S3 has a label in front that says what kind of name follows. */
function readInVpc(labels: readonly string[], region: string): HostShape {
  const id = labels.findIndex((label) => label.startsWith('vpce-'));
  const service = withoutFipsMarks(labels.slice(id + 1));
  const front = labels.slice(0, Math.max(id, 0));
  const path = service.join('.');
  if (id < 0) return unknown(region, []);
  if (path === 's3') {
    const kind = front.at(-1) ?? '';
    return ['bucket', 'accesspoint', 'control'].includes(kind)
      ? known(['s3'], region)
      : unknown(region, []);
  }
  if (front.length > 0) return unknown(region, []);
  const names = OWNED.get(path) && !REGIONAL.has(path) ? OWNED.get(path) : REGIONAL.get(path);
  return names ? known(names, region) : unknown(region, service);
}

function readGlobal(labels: readonly string[]): HostShape {
  const s3 = matchS3Labels(labels, undefined);
  if (s3) return { ...known(s3.signingNames, s3.region), anyRegion: s3.region === undefined };
  const plain = withoutFipsMarks(labels.at(-1) === 'global' ? labels.slice(0, -1) : labels);
  const path = plain.join('.');
  const names = GLOBAL.get(path);
  if (names) return { ...known(names, undefined), anyRegion: true };
  if (plain.length > 2 && plain.slice(-2).join('.') === 'endpoint.events') {
    return { ...known(['events'], undefined), anyRegion: true };
  }
  if (plain.length === 2 && plain[1] === 'cloudfront-kvs') {
    return { ...known(['cloudfront-keyvaluestore'], undefined), anyRegion: true };
  }
  return { ...unknown(undefined, plain), anyRegion: true };
}

/** `<id>.lambda-url.<region>` and `<service>.<id>.vpc-lattice-svcs.<region>`. */
function readOnAws(labels: readonly string[]): HostShape {
  const region = labels.at(-1) ?? '';
  const service = labels.at(-2) ?? '';
  if (!isRegion(region) || labels.length < 3) return unknown(undefined, []);
  return known([service === 'lambda-url' ? 'lambda' : service], region);
}

function known(signingNames: readonly string[], region: string | undefined): HostShape {
  return { region, signingNames, label: undefined, anyRegion: false };
}

function unknown(region: string | undefined, labels: readonly string[]): HostShape {
  const label = labels.length === 1 ? labels[0] : undefined;
  return { region, signingNames: undefined, label, anyRegion: false };
}

function withoutFipsMarks(labels: readonly string[]): readonly string[] {
  const plain = labels.map(withoutFips);
  return plain[0] === 'fips' && plain.length > 1 ? plain.slice(1) : plain;
}

function withoutFips(label: string): string {
  return label.replace(/-fips$/, '');
}

function isRegion(label: string): boolean {
  const partition = tryResolvePartition(label);
  return partition !== undefined && !partition.pseudoRegions.includes(label);
}
