import type { AccountOrganization } from '../token/types.js';
import { untilAborted } from './sts/attempt-signal.js';
import type { CallerIdentity } from './sts/read-caller-identity.js';

/**
 * Looks up the organization of an account. Called after STS has proven the identity, at most once for each
 * attempt, and only when a rule asks for it.
 *
 * @param options.signal - aborts when the deadline of the attempt passes or the caller gives up
 * @returns null when the account is in no organization; a rejected promise, and an answer of another form, refuse
 *   only the rules that ask
 */
export type OrganizationResolver = (
  account: { readonly account: string; readonly partition: string },
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<AccountOrganization | null>;

/** What became known, or why nothing did. */
export interface OrganizationAnswer {
  readonly organization?: AccountOrganization | null | undefined;
  readonly failure?: unknown;
}

/** Never rejects: only the rules that ask for the organization refuse, seeing that it is not known. */
export async function resolveOrganization(
  resolver: OrganizationResolver,
  { account, partition }: CallerIdentity,
  signal: AbortSignal,
): Promise<OrganizationAnswer> {
  try {
    const asked = (async () => resolver({ account, partition }, { signal }))();
    return { organization: await untilAborted(asked, signal) };
  } catch (failure) {
    return { failure };
  }
}
