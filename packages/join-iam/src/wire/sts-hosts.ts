import {
  getPartition,
  isPartitionName,
  type Partition,
  type PartitionName,
  partitionNames,
  tryResolvePartition,
} from '@postern/config/aws';
import { JoinIamError } from '../errors.js';

/** A region that AWS opened after this version was made. */
export interface ExtraRegion {
  /** For example `eu-east-9`; it must follow the naming of its partition. */
  readonly region: string;
  /** Name of the partition, for example `aws`. */
  readonly partition: string;
}

/** Which STS hosts are acceptable. */
export interface StsHostOptions {
  /** Only FIPS hosts are acceptable. Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Dual-stack hosts are acceptable too. Default false. */
  readonly useDualstackEndpoint?: boolean | undefined;
  /**
   * Regions to add to the table. Hosts follow from the partition; a host cannot be given. An entry that does
   * not follow the naming of its partition adds nothing, and the hint of `host-not-allowed` says so. Default none.
   */
  readonly extraRegions?: readonly ExtraRegion[] | undefined;
}

/** One row of the host table: everything that follows from a host name. */
export interface StsHost {
  /** The table's own text, never the joiner's. */
  readonly host: string;
  readonly partition: PartitionName;
  /** The signing region. */
  readonly region: string;
  /** Whether it is a FIPS host. GovCloud hosts are, without `fips` in their names. */
  readonly fips: boolean;
  /** Present for the global host of the commercial partition. */
  readonly global?: true | undefined;
  /** Present for dual-stack hosts. */
  readonly dualStack?: true | undefined;
}

const GLOBAL_HOST = 'sts.amazonaws.com';

/** The regions with a `sts-fips` name. The generic endpoint rule would make up more. */
const FIPS_REGIONS = ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'];

/** The partitions whose dual-stack STS hosts are published. */
const DUAL_STACK_PARTITIONS: ReadonlySet<PartitionName> = new Set([
  'aws',
  'aws-us-gov',
  'aws-cn',
  'aws-eusc',
]);

const TABLE: ReadonlyMap<string, StsHost> = /* @__PURE__ */ buildTable();

/**
 * Looks a host up in the closed table of STS hosts. The text must equal a row as a whole: nothing is parsed,
 * lower-cased or matched by pattern, because every such step has been a way around the check elsewhere.
 *
 * @param host - the exact text of a `Host` header
 * @returns the row; its `region` is the only region a signature for this host can carry
 * @throws {@link JoinIamError} `host-not-allowed`, `fips-required`; `invalid-option` for a wrong `extraRegions`
 * @see https://docs.aws.amazon.com/general/latest/gr/sts.html
 * @example
 * ```ts
 * const { region } = classifyStsHost('sts.eu-central-1.amazonaws.com'); // eu-central-1
 * ```
 */
export function classifyStsHost(host: string, options: StsHostOptions = {}): StsHost {
  const row = TABLE.get(host) ?? extraRows(options.extraRegions).find((r) => r.host === host);
  if (!row || (row.dualStack && !options.useDualstackEndpoint)) {
    const unfit = options.extraRegions?.filter((extra) => !isFit(extra)) ?? [];
    throw new JoinIamError('host-not-allowed', {
      message:
        'The Host header is not an STS endpoint this server accepts; sign for a regional one.',
      detail: `host ${host}`,
      hint:
        unfit.length > 0
          ? `The option extraRegions has ${unfit.length} entries that follow the naming of no partition and add nothing.`
          : 'A region newer than this version is added with the option extraRegions; dual-stack hosts need useDualstackEndpoint.',
    });
  }
  if (options.useFipsEndpoint && !row.fips) {
    throw new JoinIamError('fips-required', {
      message: 'This server accepts FIPS endpoints of STS only.',
      detail: `host ${host}`,
    });
  }
  return row;
}

/** The rows of one region, the one `classifyStsHost` also answers from. Undefined: no such region. */
export function stsHostsOfRegion(
  region: string,
  extraRegions?: readonly ExtraRegion[] | undefined,
): readonly StsHost[] {
  return [...TABLE.values(), ...extraRows(extraRegions)].filter((row) => row.region === region);
}

function buildTable(): ReadonlyMap<string, StsHost> {
  const rows: StsHost[] = [
    { host: GLOBAL_HOST, partition: 'aws', region: 'us-east-1', fips: false, global: true },
  ];
  for (const name of partitionNames()) {
    const partition = getPartition(name);
    for (const region of partition.regions) rows.push(...rowsOf(partition, region));
  }
  for (const region of FIPS_REGIONS) {
    rows.push({ host: `sts-fips.${region}.amazonaws.com`, partition: 'aws', region, fips: true });
  }
  return new Map(rows.map((row) => [row.host, Object.freeze(row)]));
}

function rowsOf(partition: Partition, region: string): readonly StsHost[] {
  const plain = {
    host: `sts.${region}.${partition.dnsSuffix}`,
    partition: partition.name,
    region,
    fips: partition.name === 'aws-us-gov',
  };
  if (!DUAL_STACK_PARTITIONS.has(partition.name)) return [plain];
  const dual = {
    host: `sts.${region}.${partition.dualStackDnsSuffix}`,
    partition: partition.name,
    region,
    fips: false,
    dualStack: true as const,
  };
  return [plain, dual];
}

/** Rows of the fitting entries. One that fits no partition adds nothing: free-form hosts cannot be configured. */
function extraRows(extra: readonly ExtraRegion[] = []): readonly StsHost[] {
  checkExtraRegions(extra);
  return extra.filter(isFit).flatMap(({ region, partition }) => {
    return isPartitionName(partition) ? rowsOf(getPartition(partition), region) : [];
  });
}

/** @throws JoinIamError `invalid-option` */
export function checkExtraRegions(extra: unknown): void {
  if (Array.isArray(extra)) return;
  throw new JoinIamError('invalid-option', { message: 'The option extraRegions must be a list.' });
}

function isFit(extra: Partial<ExtraRegion> | null | undefined): boolean {
  const { region, partition } = extra ?? {};
  const resolved = typeof region === 'string' ? tryResolvePartition(region) : undefined;
  return (
    region !== undefined &&
    resolved !== undefined &&
    resolved.name === partition &&
    !resolved.pseudoRegions.includes(region)
  );
}
