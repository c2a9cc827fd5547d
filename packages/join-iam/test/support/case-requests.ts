import { readFileSync } from 'node:fs';
import type { JoinContext } from '../../src/server/index.js';

interface CaseFile {
  readonly context: Record<string, never> & { now: string; challenge: string };
  readonly testCredentials: Record<
    'temporary' | 'longTerm',
    { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  >;
  readonly vectors: readonly { id: string; request: string; audience: string | null }[];
  readonly cases: readonly {
    id: string;
    group: string;
    request: string;
    options: Record<string, never>;
  }[];
}

const file: CaseFile = JSON.parse(
  readFileSync(new URL('../conformance/join-iam.json', import.meta.url), 'utf8'),
);

/** The keys all cases are signed with. */
export const CASE_PRINCIPALS = Object.fromEntries(
  Object.values(file.testCredentials).map((credentials) => [
    credentials.accessKeyId,
    {
      secretAccessKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
      identity: { Account: '111111111111', Arn: 'x', UserId: 'y' },
    },
  ]),
);

function contextOf(options: Record<string, unknown>): JoinContext {
  const all: Record<string, never> = { ...file.context, ...options } as never;
  return {
    ...all,
    now: new Date(all.now ?? 0),
    challenge: all.challenge ?? '',
    useFipsEndpoint: all.fips,
    useDualstackEndpoint: all.dualStack,
    audience: all.audience ?? undefined,
    binding: all.binding ?? undefined,
  };
}

/** Every valid signed request of the case file, with what it is checked against. */
export const VALID_REQUESTS = [
  ...file.cases.filter(({ group }) => group === 'request-valid'),
  ...file.vectors.map(({ audience, ...vector }) => ({ ...vector, options: { audience } })),
].map(({ id, request, options }) => ({ id, request, context: contextOf(options) }));

/** The hostile ones, as seeds for random changes. */
export const ATTACKS = file.cases
  .filter(({ group }) => group === 'request-attack')
  .map(({ request }) => request);
