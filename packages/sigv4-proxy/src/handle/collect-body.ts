import { SigV4ProxyError } from '../errors.js';

/** A body that may be in memory already. */
interface ReadyBody {
  /** The whole body, when just so many bytes of it are there; undefined otherwise, and then nothing has been taken. */
  takeWhole(length: number): Uint8Array | undefined;
}

/**
 * A body of stated length that has come with its head, as short ones do: it takes no waiting.
 *
 * @returns undefined when it is still to come; read it with `collectBody` then
 */
export function takeBody(
  body: AsyncIterable<Uint8Array>,
  stated: number | undefined,
  limit: number,
): Uint8Array | undefined {
  if (stated === undefined || stated > limit || !isReadyBody(body)) return undefined;
  return body.takeWhole(stated);
}

function isReadyBody(body: object): body is ReadyBody {
  return 'takeWhole' in body && typeof body.takeWhole === 'function';
}

/**
 * Reads a whole body into memory.
 *
 * @param body attacker-controlled
 * @param stated its Content-Length, if any; reading stops there
 * @param limit bytes that are kept at most
 * @throws SigV4ProxyError `too-large` before more than `limit` bytes are held, `truncated`, and what the body throws
 */
export async function collectBody(
  body: AsyncIterable<Uint8Array>,
  stated: number | undefined,
  limit: number,
): Promise<Uint8Array> {
  if (stated !== undefined && stated > limit) throw tooLarge(limit);
  const parts: Uint8Array[] = [];
  let total = 0;
  const reader = body[Symbol.asyncIterator]();
  try {
    while (stated === undefined || total < stated) {
      const step = await reader.next();
      if (step.done === true) break;
      total += step.value.length;
      if (total > limit) throw tooLarge(limit);
      parts.push(step.value);
    }
  } finally {
    await reader.return?.();
  }
  if (stated !== undefined && total !== stated) {
    throw new SigV4ProxyError(
      'truncated',
      'The request body is not as long as its Content-Length.',
    );
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, total);
}

function tooLarge(limit: number): SigV4ProxyError {
  return new SigV4ProxyError(
    'too-large',
    `A request body without x-amz-content-sha256 must not be longer than ${limit} bytes.`,
  );
}
