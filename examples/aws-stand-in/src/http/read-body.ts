import { AwsFault } from '../errors/aws-fault.js';
import type { WireRequest } from './wire-request.js';

/**
 * The whole body in memory, for services whose calls are small.
 *
 * @param limit bytes; more answers 413
 */
export async function readBody(request: WireRequest, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request.body()) {
    size += part.length;
    if (size > limit) {
      throw new AwsFault('RequestEntityTooLarge', 413, `The request body exceeds ${limit} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
