import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { DRAIN_BYTES } from '../../src/limits.js';
import { sendResponse } from '../../src/node/send-response.js';

const PIECE = 16 * 1024;

describe('an answer before the end of a body', () => {
  it('reads 64 KiB of the rest and no more, however fast it comes', () => {
    let read = 0;
    const endless = new Readable({
      highWaterMark: PIECE,
      read() {
        read += PIECE;
        this.push(Buffer.alloc(PIECE));
      },
    });
    const end = vi.fn();
    const request = Object.assign(endless, { complete: false, httpVersion: '1.1' });
    const response = { writeHead: vi.fn(), write: vi.fn(), end };
    sendResponse(
      // The parts of both that an answer needs.
      request as unknown as IncomingMessage,
      response as unknown as ServerResponse,
      { status: 403, headers: [], body: Buffer.from('no'), trailers: () => [], close: true },
      { awaitsContinue: false, idleMs: 1_000 },
    );
    expect(end).toHaveBeenCalledOnce();
    expect(DRAIN_BYTES).toBe(64 * 1024);
    // What the stream itself has read ahead comes on top.
    expect(read).toBeLessThanOrEqual(DRAIN_BYTES + 2 * PIECE);
    endless.destroy();
  });
});
