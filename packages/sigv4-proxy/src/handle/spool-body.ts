import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SigV4ProxyError } from '../errors.js';

/** A body that has been read to its end: in memory, or in a private file when it was too long for that. */
export interface SpooledBody {
  readonly length: number;
  /** SHA-256, 64 lower-case hex digits. */
  readonly sha256: string;
  /** The body itself; undefined when it is in a file. */
  readonly bytes: Uint8Array | undefined;
  /** Reads it, as often as needed. */
  read(): AsyncIterable<Uint8Array>;
  /** Deletes the file. */
  discard(): Promise<void>;
}

const READ_BYTES = 64 * 1024;

/**
 * Reads a whole body that must be hashed before it may go on.
 *
 * @param body attacker-controlled
 * @param stated its Content-Length, if any
 * @param limits `memory`: bytes kept in memory; `file`: bytes of a temporary file (0600, in a directory of its own, unlinked
 *   on `discard`) beyond which the body is refused; 0 forbids files
 * @throws SigV4ProxyError `too-large`, `truncated`, `internal` when there is no room for the file, and what the body throws
 */
export async function spoolBody(
  body: AsyncIterable<Uint8Array>,
  stated: number | undefined,
  limits: { readonly memory: number; readonly file: number },
): Promise<SpooledBody> {
  const most = Math.max(limits.memory, limits.file);
  if (stated !== undefined && stated > most) throw tooLarge(most);
  const digest = createHash('sha256');
  const parts: Uint8Array[] = [];
  let spool: Spool | undefined;
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > most) throw tooLarge(most);
      digest.update(chunk);
      if (length > limits.memory) {
        if (spool === undefined) {
          spool = await openSpool();
          for (const part of parts) await spool.file.write(part);
          parts.length = 0;
        }
        await spool.file.write(chunk);
      } else {
        parts.push(chunk);
      }
      if (length === stated) break;
    }
    if (stated !== undefined && length !== stated) {
      throw new SigV4ProxyError(
        'truncated',
        'The request body is not as long as its Content-Length.',
      );
    }
  } catch (error) {
    await spool?.discard();
    throw error;
  }
  const sha256 = digest.digest('hex');
  if (spool === undefined) {
    const bytes = Buffer.concat(parts, length);
    return { length, sha256, bytes, read: () => once(bytes), discard: async () => {} };
  }
  const { file, discard } = spool;
  return { length, sha256, bytes: undefined, read: () => readFile(file, length), discard };
}

interface Spool {
  readonly file: FileHandle;
  discard(): Promise<void>;
}

async function openSpool(): Promise<Spool> {
  try {
    const directory = await mkdtemp(join(tmpdir(), 'sigv4-proxy-'));
    const file = await open(join(directory, 'body'), 'wx+', 0o600);
    return {
      file,
      async discard() {
        await file.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    throw new SigV4ProxyError('internal', 'There is no temporary file for the request body.', {
      cause,
    });
  }
}

async function* readFile(file: FileHandle, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; ) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, length - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new SigV4ProxyError('internal', 'The temporary file is cut short.');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function tooLarge(limit: number): SigV4ProxyError {
  return new SigV4ProxyError(
    'too-large',
    `A request body without x-amz-content-sha256 must not be longer than ${limit} bytes.`,
  );
}
