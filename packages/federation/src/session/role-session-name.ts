import { createHash } from 'node:crypto';
import { FederationError } from '../errors.js';

/** How {@link formatRoleSessionName} makes names that do not fit. */
export interface RoleSessionNameOptions {
  /**
   * The hash whose first 16 hex digits keep shortened names apart. `sha1` gives the values Teleport makes for
   * long names, so that trails stay comparable after a migration. Default `sha256`.
   */
  readonly hash?: 'sha256' | 'sha1' | undefined;
}

const LEGAL = /^[A-Za-z0-9_+=,.@-]{2,64}$/;
const LOOKS_HASHED = /-[0-9a-f]{16}$/;
const KEPT = 47;

/**
 * Makes the RoleSessionName of a user, the name that CloudTrail records. Names that STS accepts stay as they
 * are; any other is cleaned, cut to 47 characters and made unique by a hyphen and 16 hex digits of its hash. A
 * name that already ends like that is hashed again, so nobody can take the session name of somebody else.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @param username - the name as the identity provider gives it; any characters, any length
 * @returns 2 to 64 characters of `A-Z a-z 0-9 _ + = , . @ -`; different names give different results
 * @throws {@link FederationError} `invalid-username` for an empty name, one of control characters only, and one
 *   that is no well-formed Unicode (two such names could share one hash)
 *
 * @example
 * ```ts
 * formatRoleSessionName('alice@example.com'); // 'alice@example.com'
 * formatRoleSessionName('Alice Smith'); // 'Alice-Smith-' and 16 hex digits
 * ```
 */
export function formatRoleSessionName(
  username: string,
  options: RoleSessionNameOptions = {},
): string {
  if (typeof username !== 'string' || /^\p{Cc}*$/u.test(username) || /\p{Cs}/u.test(username)) {
    throw new FederationError({
      code: 'invalid-username',
      message: 'A session needs a user name with at least one visible character.',
    });
  }
  const hash = options.hash ?? 'sha256';
  if (hash !== 'sha256' && hash !== 'sha1') {
    throw new FederationError({
      code: 'invalid-argument',
      message: 'The option hash of the session name must be sha256 or sha1.',
    });
  }
  if (LEGAL.test(username) && !LOOKS_HASHED.test(username)) return username;
  const digest = createHash(hash).update(username, 'utf8').digest('hex').slice(0, 16);
  // A code point is at most two units of text, so the prefix that can matter is known before any work.
  const head = username.slice(0, 2 * KEPT).replace(/[^A-Za-z0-9_+=,.@-]/gu, '-');
  return `${head.slice(0, KEPT)}-${digest}`;
}

const FEDERATED_LENGTH = 32;

/**
 * Makes the Name of a GetFederationToken call: the role session name, cut after 32 characters.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 * @throws {@link FederationError} `invalid-username`
 *
 * @example
 * ```ts
 * formatFederatedUserName('alice@example.com'); // as it is: it is short and legal
 * ```
 */
export function formatFederatedUserName(username: string): string {
  return formatRoleSessionName(username).slice(0, FEDERATED_LENGTH);
}
