import { JoinIamError } from '../errors.js';
import type { Token } from '../token/types.js';

/**
 * Checks, before a challenge is issued, that a token exists, is for this method, has not expired and offers
 * the role. Pure.
 *
 * Tell the joiner what `describeRefusal` makes of the error: it does not tell a missing token from an expired
 * one, so that token names cannot be probed.
 *
 * @param token - what the look-up of the name found
 * @throws {@link JoinIamError} `token-not-found`, `wrong-join-method`, `token-expired`,
 *   `role-not-allowed`
 */
export function checkJoinToken(
  token: Token | undefined,
  q: { readonly tokenName: string; readonly role: string; readonly now: Date },
): asserts token is Token {
  if (token === undefined || token.name !== q.tokenName) {
    throw new JoinIamError('token-not-found', {
      message: 'The join was refused.',
      detail: `token ${q.tokenName}`,
    });
  }
  if (token.joinMethod !== 'iam') {
    throw new JoinIamError('wrong-join-method', {
      message: 'The join was refused.',
      detail: `token ${token.name} is for ${token.joinMethod}`,
    });
  }
  if (token.expires !== undefined && !(q.now.getTime() < token.expires.getTime())) {
    throw new JoinIamError('token-expired', {
      message: 'The join was refused.',
      detail: `token ${token.name} expired at ${token.expires.toISOString()}`,
    });
  }
  if (!token.roles.includes(q.role)) {
    throw new JoinIamError('role-not-allowed', {
      message: 'The token does not offer this role.',
      detail: `token ${token.name}, role ${q.role}`,
    });
  }
}
