import emailAddresses from 'email-addresses';
import type { Limits } from '../limits.js';

/**
 * The part of a mail address before the `@`, case and plus tags kept; `Name <local@host>` is read too.
 * Undefined for anything that is not exactly one address, and for longer texts than the limit.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5322#section-3.4
 */
export function emailLocalPart(text: string, limits: Limits): string | undefined {
  if (text === '' || text.length > limits.maxAddressLength) return undefined;
  const address = emailAddresses.parseOneAddress({ input: text, rfc6532: true });
  // In `"a@b"@host` the first at sign ends it, as in the product.
  return address?.type === 'mailbox' ? address.local.split('@', 1)[0] : undefined;
}
