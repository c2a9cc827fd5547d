import { JoinIamError } from '../errors.js';
import { type ExtraRegion, type StsHost, stsHostsOfRegion } from '../wire/sts-hosts.js';

/** Where a request is signed for: host and region of one row of the table, never from two sources. */
export interface StsEndpoint {
  readonly host: string;
  readonly region: string;
  /** What the joiner's log should say. */
  readonly notice?: string | undefined;
}

const FIPS_FALLBACK_REGION = 'us-east-1';

/** Chooses the row of a region, or of `global`. The text never becomes part of a host name unless a row has it. */
export function resolveStsEndpoint(
  endpoint: string,
  options: {
    readonly useFipsEndpoint?: boolean | undefined;
    readonly useDualstackEndpoint?: boolean | undefined;
    readonly extraRegions?: readonly ExtraRegion[] | undefined;
  },
): StsEndpoint {
  const isGlobal = endpoint === 'global' || endpoint === 'aws-global';
  const rows = stsHostsOfRegion(isGlobal ? FIPS_FALLBACK_REGION : endpoint, options.extraRegions);
  const [first] = rows;
  if (!first) {
    throw new JoinIamError('region-unknown', {
      message:
        endpoint === ''
          ? 'No AWS region is known; set the option region.'
          : 'The AWS region is not in the table of this version; add it with extraRegions if it is new.',
      detail: `region ${endpoint}`,
    });
  }
  const { useFipsEndpoint = false, useDualstackEndpoint = false } = options;
  if (isGlobal) {
    return wanted(rows, (row) => row.global === true && !useFipsEndpoint) ?? noFips();
  }
  if (useFipsEndpoint) return resolveFips(rows, first, useDualstackEndpoint);
  const row = wanted(
    rows,
    (r) => !r.global && (!r.fips || r.partition === 'aws-us-gov'),
    useDualstackEndpoint,
  );
  if (row) return row;
  throw new JoinIamError('invalid-option', {
    message: 'This partition has no dual-stack STS endpoint; leave out useDualstackEndpoint.',
    detail: `region ${endpoint}`,
  });
}

function resolveFips(rows: readonly StsHost[], first: StsHost, dualStack: boolean): StsEndpoint {
  if (dualStack) return noFips();
  const row = wanted(rows, (r) => r.fips);
  if (row) return row;
  // Elsewhere the fallback could never work: credentials are not known across partitions.
  if (first.partition !== 'aws') return noFips();
  const fallback = wanted(stsHostsOfRegion(FIPS_FALLBACK_REGION), (r) => r.fips);
  return fallback
    ? {
        ...fallback,
        notice: `STS has no FIPS endpoint in ${first.region}; the request is signed for ${fallback.region}.`,
      }
    : noFips();
}

function wanted(
  rows: readonly StsHost[],
  fits: (row: StsHost) => boolean,
  dualStack = false,
): StsEndpoint | undefined {
  const row = rows.find(
    (candidate) => (candidate.dualStack ?? false) === dualStack && fits(candidate),
  );
  return row && { host: row.host, region: row.region };
}

function noFips(): never {
  throw new JoinIamError('fips-unavailable', {
    message:
      'There is no FIPS endpoint of STS for this choice of partition, global or dual-stack endpoint.',
  });
}
