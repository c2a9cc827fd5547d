// Hops add, drop or rewrite these, so signing them would break requests on their way.
const NEVER_SIGNED =
  /^(?:authorization|cache-control|connection|expect|from|keep-alive|max-forwards|pragma|referer|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|proxy-.*|sec-.*)$/s;

/**
 * Whether a signer that was not told which headers to sign signs this one.
 *
 * @param lowerName in lower case
 */
export function isSignableHeader(lowerName: string): boolean {
  return !NEVER_SIGNED.test(lowerName);
}
