import type { OidcConnector } from '@postern/config';
import { mapConnectorClaims } from '@postern/rbac';
import { badLogin, type Claims } from '@postern/sign-in';
import type { Identity } from '../access.js';

/**
 * Who an identity provider says somebody is, as the connector maps it.
 *
 * @throws Refusal `bad-login` without a verified email address, a usable name, or any role
 */
export function identityOfClaims({ spec, ...rest }: OidcConnector, claims: Claims): Identity {
  const { username_claim: claim = 'email', allow_unverified_email: lax = false } = spec;
  const named = claims[claim] ?? (claim === 'email' ? claims.sub : undefined);
  if (claim === 'email' && claims.email !== undefined && claims.email_verified !== true && !lax) {
    throw badLogin('The email address is not verified at the identity provider');
  }
  // Names with a colon are those of jobs.
  if (typeof named !== 'string' || !/^[^\s:\p{C}]{1,128}$/u.test(named)) {
    throw badLogin(`The identity provider gives no usable user name in the claim "${claim}"`);
  }
  const { roles, traits } = mapConnectorClaims({ spec, ...rest }, claims);
  if (roles.length > 0) return { user: named, roles, traits };
  throw badLogin('Your groups at the identity provider give you no role here');
}
