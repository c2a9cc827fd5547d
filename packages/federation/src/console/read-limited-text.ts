import { FederationError } from '../errors.js';

/**
 * Reads a body of a foreign server as UTF-8, up to a limit; the rest is not waited for.
 *
 * @throws FederationError `response-too-large`, `federation-unreachable` when the body breaks off,
 *   `invalid-argument` when somebody has read it already
 */
export async function readLimitedText(response: Response, maxBytes: number): Promise<string> {
  // A reader, not a loop over the body: only Node lets bodies be iterated.
  if (response.bodyUsed || response.body?.locked) {
    throw new FederationError({
      code: 'invalid-argument',
      message:
        'The body of the answer has been read already: give the answer as it came, or a clone of it.',
    });
  }
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.byteLength;
      if (length > maxBytes) break;
      chunks.push(part.value);
    }
    // What is left is not wanted; a failure to say so changes nothing.
    if (length > maxBytes) reader.cancel().catch(() => undefined);
  } catch {
    // No cause: the errors of HTTP clients may hold the address, and with it the credentials.
    throw new FederationError({
      code: 'federation-unreachable',
      message: 'The answer of the AWS sign-in endpoint broke off.',
      status: response.status,
    });
  }
  if (length > maxBytes) {
    throw new FederationError({
      code: 'response-too-large',
      message: `The answer of the AWS sign-in endpoint has more than ${maxBytes} bytes.`,
      status: response.status,
    });
  }
  return Buffer.concat(chunks).toString('utf8');
}
