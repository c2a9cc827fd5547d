import { SigV4ProxyError } from '../errors.js';
import type { SigV4ProxyOptions } from '../options.js';
import { findVendedCall, type VendedCall } from '../vended/find-vended-call.js';

/** What becomes of credentials that AWS hands out. */
export type VendedPolicy = NonNullable<SigV4ProxyOptions['vendedCredentials']>;

/**
 * Finds out whether a request asks AWS for credentials, and refuses it where that is the policy.
 *
 * @throws SigV4ProxyError `denied`
 */
export function checkVendedCall(
  service: string,
  operation: string | undefined,
  policy: VendedPolicy,
): VendedCall | undefined {
  const call = findVendedCall(service, operation);
  if (call !== undefined && policy === 'deny') {
    throw new SigV4ProxyError(
      'denied',
      `${call.action} hands out credentials, which is not allowed here.`,
    );
  }
  return call;
}
