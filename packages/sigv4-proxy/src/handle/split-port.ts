/**
 * Splits the host of a target.
 *
 * @param host an AWS host, with a port only if that is not 443
 */
export function splitPort(host: string): { readonly host: string; readonly port: number } {
  const colon = host.lastIndexOf(':');
  if (colon < 0) return { host, port: 443 };
  return { host: host.slice(0, colon), port: Number(host.slice(colon + 1)) };
}
