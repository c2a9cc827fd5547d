import { createHash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';

/**
 * Hashes a body while it streams and holds the last piece back until the hash agrees, so that a wrong body never arrives
 * complete. Memory: one piece.
 *
 * An empty body yields nothing before the error; do not open the upstream request for one without having read it.
 *
 * @param source the body; attacker-controlled
 * @param sha256 the stated hash, 64 lower-case hex digits
 * @throws SigV4ProxyError (from the iteration) `payload-mismatch`
 */
export async function* holdBack(
  source: AsyncIterable<Uint8Array>,
  sha256: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const digest = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const bytes of source) {
    if (bytes.length === 0) continue;
    if (held !== undefined) yield held;
    digest.update(bytes);
    held = bytes;
  }
  if (digest.digest('hex') !== sha256) {
    throw new SigV4ProxyError(
      'payload-mismatch',
      'The body does not have the hash that was signed.',
    );
  }
  if (held !== undefined) yield held;
}
