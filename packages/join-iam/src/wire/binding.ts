import { createHash } from 'node:crypto';
import { JoinIamError } from '../errors.js';

const LONE_SURROGATE = /\p{Cs}/u;

/**
 * What a joiner asks for: token name, role, and whatever else is to be bound to the proof, such as the node
 * name and the public keys to be certified (in base64). The same record goes to `joinBinding` on both sides
 * and to the challenge store.
 */
export interface JoinParameters {
  /** Name of the token resource. */
  readonly tokenName: string;
  /** The one role the joiner asks for. */
  readonly role: string;
  /** Anything else, as text. */
  readonly [name: string]: string;
}

/**
 * Digest of the join parameters for the signed `X-Join-Binding` header: a proxy that ends TLS cannot swap a
 * public key without breaking the signature. The digest is SHA-256, base64url without padding, of the UTF-8
 * text of `JSON.stringify` of the `[name, value]` pairs, sorted by name in code-unit order.
 *
 * @param parameters - own enumerable members, all values strings
 * @returns 43 characters
 * @throws {@link JoinIamError} `invalid-option` when a value is not a well-formed text
 * @example
 * ```ts
 * const binding = joinBinding({ tokenName: 'iam-token', role: 'Node', publicKey: 'MCowBQYDK2VwAyEA' });
 * ```
 */
export function joinBinding(parameters: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(canonicalParameters(parameters), 'utf8').digest('base64url');
}

/** The text that `joinBinding` digests; stores bind challenges to the same text. */
export function canonicalParameters(parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters);
  for (const [name, value] of pairs) {
    // A lone surrogate has no UTF-8 form: two different texts would share one digest.
    if (typeof value !== 'string' || LONE_SURROGATE.test(value) || LONE_SURROGATE.test(name)) {
      throw new JoinIamError('invalid-option', {
        message: 'Every join parameter must be a well-formed text; encode keys in base64.',
        detail: `parameter ${name}`,
      });
    }
  }
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify(pairs);
}
