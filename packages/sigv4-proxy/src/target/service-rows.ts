import { serviceTable } from './data/service-table.js';

/** One AWS service as the endpoint rules see it. */
export interface ServiceRow {
  /** The name of its service model, such as `sagemaker-runtime`. */
  readonly id: string;
  /** The service in a credential scope. */
  readonly signingName: string;
  /** First labels of its hosts. */
  readonly prefix: string;
  /** What stands before the dot in X-Amz-Target. */
  readonly targetPrefix: string | undefined;
  /** Only under the suffix that other services use for dual stack. */
  readonly api: boolean;
  /** One home per partition; in partition `aws` this region where one is named. */
  readonly home: string | undefined;
  /** One host without a region. `bare`: directly under the suffix; `global`: below the label of that name. */
  readonly regionless: 'bare' | 'global' | undefined;
  /** The only region whose host is directly under the suffix. */
  readonly bareRegion: string | undefined;
  /** The region to sign for, in partition `aws`, although the host names the caller's. */
  readonly signingRegion: string | undefined;
  /** Prefix of dual-stack hosts where it is another. */
  readonly dualPrefix: string | undefined;
  /** Prefix of FIPS hosts where it is not the usual one with `-fips`. */
  readonly fipsPrefix: string | undefined;
  /** GovCloud answers FIPS calls on its plain host. */
  readonly plainFipsInGov: boolean;
}

function parseRow(line: string): ServiceRow {
  const [id = '', signingName = '', prefix = '', target = '-', ...options] = line.split(' ');
  const values = new Map(
    options.map((option) => {
      const [name = '', value = ''] = option.split('=');
      return [name, value];
    }),
  );
  return {
    id,
    signingName,
    prefix,
    targetPrefix: target === '-' ? undefined : target,
    api: values.has('api'),
    home: values.get('home'),
    regionless: values.get('bare') === '' ? 'bare' : values.has('global') ? 'global' : undefined,
    bareRegion: values.get('bare') || undefined,
    signingRegion: values.get('sign'),
    dualPrefix: values.get('dual'),
    fipsPrefix: values.get('fips'),
    plainFipsInGov: values.has('govfips'),
  };
}

function bySigningName(): ReadonlyMap<string, readonly ServiceRow[]> {
  const rows = new Map<string, ServiceRow[]>();
  for (const line of serviceTable.trim().split('\n')) {
    const row = parseRow(line);
    const others = rows.get(row.signingName);
    if (others) others.push(row);
    else rows.set(row.signingName, [row]);
  }
  return rows;
}

const ROWS = bySigningName();

/** Names that clients sign with when a custom endpoint hides the rules that would tell them another. */
const ALIASES: ReadonlyMap<string, string> = new Map([['importexport', 'IngestionService']]);

/**
 * The services that sign with a name. The first is the usual one.
 *
 * @param signingName as in the credential scope, attacker-controlled
 * @returns empty for a name that no known service uses
 */
export function servicesWithSigningName(signingName: string): readonly ServiceRow[] {
  return ROWS.get(ALIASES.get(signingName) ?? signingName) ?? [];
}
