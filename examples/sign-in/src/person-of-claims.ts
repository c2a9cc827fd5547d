import { badLogin } from './bad-login.js';
import type { Claims } from './oidc-sign-in.js';

/** How a connector reads names. */
export interface NameRules {
  /** The claim that is the user name. Default: `email`. */
  readonly usernameClaim?: string | undefined;
  /** Whether an email address counts that the provider has not verified. Default false. */
  readonly allowUnverifiedEmail?: boolean | undefined;
  /** Names of local users, folded by {@link foldName}; nobody from outside gets one. */
  readonly taken: ReadonlySet<string>;
}

/** Names that look alike to people are one name. */
export const foldName = (name: string): string => name.normalize('NFKC').toLowerCase();

/**
 * The user that a provider's claims name, and the claims that may be believed about them: without an email address that
 * nobody has verified, since roles may be made from it.
 *
 * @param claims from one source, or with an `email_verified` that is of the same source as `email`
 * @throws Refusal `bad-login` for a name that is missing, not usable, reserved for jobs, or that of a local user
 */
export function personOfClaims(
  claims: Claims,
  { usernameClaim = 'email', allowUnverifiedEmail = false, taken }: NameRules,
): { readonly user: string; readonly claims: Claims } {
  const { email, email_verified: verified, ...others } = claims;
  const believed = allowUnverifiedEmail || verified === true;
  if (usernameClaim === 'email' && email !== undefined && !believed) {
    throw badLogin('The email address is not verified at the identity provider');
  }
  const named = claims[usernameClaim];
  // Names with a colon are those of jobs, and letters of other widths pass for names that they are not.
  if (
    typeof named !== 'string' ||
    !/^[^\s:\p{C}]{1,128}$/u.test(named) ||
    named.normalize('NFKC') !== named
  ) {
    throw badLogin(
      `The identity provider gives no usable user name in the claim "${usernameClaim}"`,
    );
  }
  const folded = foldName(named);
  // Mail knows no upper case: a lock on a person must hold however the provider writes the address.
  const user = usernameClaim === 'email' ? folded : named;
  if (folded.startsWith('bot-')) throw badLogin(`Names such as "${user}" are those of jobs`);
  if (taken.has(folded)) {
    throw badLogin(`The name "${user}" belongs to a local user, who signs in with a password`);
  }
  return { user, claims: believed ? claims : others };
}
