import type { Readable } from 'node:stream';

/** The beginning of a body, and the body as it can still be read from its start. */
export interface PeekedBody {
  readonly head: Uint8Array;
  readonly body: Uint8Array | Readable;
}

/**
 * Looks at the beginning of a body before it is passed on. A body that ends within the limit comes back whole.
 *
 * @param body nobody has read it yet
 * @param limit bytes to look at; a piece that reaches beyond it counts in full
 * @throws what the body fails with before that
 */
export async function peekBody(body: Readable, limit: number): Promise<PeekedBody> {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const part: Buffer | null = body.read();
    if (part !== null) {
      parts.push(part);
      length += part.length;
    } else if (body.readableEnded) {
      const whole = Buffer.concat(parts, length);
      return { head: whole, body: whole };
    } else {
      await somethingNew(body);
    }
  }
  const head = Buffer.concat(parts, length);
  // In the same turn as the last read: a body that has just ended takes it back still.
  body.unshift(head);
  return { head, body };
}

function somethingNew(body: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      body.off('readable', onEvent).off('end', onEvent).off('error', settle).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEvent = (): void => settle();
    const onClose = (): void => {
      settle(body.readableEnded ? undefined : new Error('The body broke off.'));
    };
    body.on('readable', onEvent).on('end', onEvent).on('error', settle).on('close', onClose);
    if (body.destroyed) onClose();
  });
}
