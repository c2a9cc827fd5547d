import { JoinIamError } from '../errors.js';
import { type ParseTokenOptions, parseToken } from './parse-token.js';
import type { Token } from './types.js';

/**
 * `parseToken` for callers that have no use for a list of findings: the token, or an error that carries them.
 * Warnings are not errors, unless `strict` is set.
 *
 * @param value - the document; nothing about it is assumed
 * @throws {@link JoinIamError} `token-invalid` with `issues` (path and code of each)
 */
export function readToken(value: unknown, options: ParseTokenOptions = {}): Token {
  const { token, errors } = parseToken(value, options);
  if (token) return token;
  throw new JoinIamError('token-invalid', {
    message: 'The token resource has errors.',
    detail: errors.map(({ path, code }) => `${path}: ${code}`).join(', '),
    issues: errors.map(({ path, code }) => ({ path, code })),
  });
}
