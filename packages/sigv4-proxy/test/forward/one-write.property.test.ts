import { once } from 'node:events';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOneWrite } from '../../src/forward/one-write.js';

/** A connection that notes what reaches the system: the pieces of each write. */
class Wire extends Duplex {
  readonly writes: string[][] = [];

  constructor() {
    super({ decodeStrings: false });
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.writes.push([textOf(chunk, encoding)]);
    done();
  }

  override _writev(
    chunks: { chunk: Buffer | string; encoding: BufferEncoding }[],
    done: () => void,
  ): void {
    this.writes.push(chunks.map(({ chunk, encoding }) => textOf(chunk, encoding)));
    done();
  }
}

const textOf = (chunk: Buffer | string, encoding: BufferEncoding): string =>
  Buffer.from(chunk as string, typeof chunk === 'string' ? encoding : undefined).toString('latin1');

const HEAD = 'POST / HTTP/1.1\r\nhost: x\r\n\r\n';

function send(body: Buffer, wire = inOneWrite(new Wire())): Wire {
  wire.cork();
  wire.write(HEAD, 'latin1');
  wire.write(body);
  wire.uncork();
  return wire;
}

describe('inOneWrite', () => {
  it('writes a head and a short body as one piece', () => {
    const body = Buffer.from([0, 0x7f, 0x80, 0xff]);
    expect(send(body).writes).toEqual([[HEAD + body.toString('latin1')]]);
  });

  it('gathers a longer body with its head, as the connection would by itself', () => {
    const body = Buffer.alloc(5_000, 'x');
    expect(send(body).writes).toEqual([[HEAD, body.toString('latin1')]]);
  });

  it('goes on after a longer body as before it', () => {
    const wire = send(Buffer.alloc(5_000, 'x'));
    expect(wire.writableCorked).toBe(0);
    expect(send(Buffer.from('short'), wire).writes.at(-1)).toEqual([`${HEAD}short`]);
  });

  it('tells whoever waits for a piece that it is written', () => {
    const wire = inOneWrite(new Wire());
    const told: string[] = [];
    wire.cork();
    wire.write(HEAD, 'latin1');
    wire.write(Buffer.from('body'), () => told.push('body'));
    wire.uncork();
    return new Promise<void>((resolve) => {
      wire.write('after', 'latin1', () => resolve());
    }).then(() => {
      expect(told).toEqual(['body']);
      expect(wire.writes.flat().join('')).toBe(`${HEAD}bodyafter`);
    });
  });

  it('asks for a pause when as much waits as the connection takes, and says when it is over', async () => {
    let isOpen = false;
    let go = (): void => {};
    const wire = inOneWrite(
      new Duplex({
        read() {},
        write(_chunk, _encoding, done) {
          if (isOpen) done();
          else go = () => done();
        },
        writableHighWaterMark: 1_000,
      }),
    );
    const answers: boolean[] = [];
    for (let i = 0; i < 5; i += 1) {
      wire.cork();
      wire.write('\r\n100\r\n', 'latin1');
      answers.push(wire.write(Buffer.alloc(256)));
      wire.uncork();
    }
    expect(answers).toEqual([true, true, true, false, false]);
    const drained = once(wire, 'drain');
    isOpen = true;
    go();
    await drained;
    expect(wire.writableLength).toBe(0);
  });

  const step = fc.oneof(
    fc.constant('cork' as const),
    fc.constant('uncork' as const),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.alloc(4_097, 7)),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.record({ latin1: fc.uint8Array({ maxLength: 20 }) }),
  );

  it('never changes the bytes or their order, whatever is done with the connection', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const [plain, ours] = [new Wire(), inOneWrite(new Wire())];
        for (const wire of [plain, ours]) {
          for (const one of steps) {
            if (one === 'cork') wire.cork();
            else if (one === 'uncork') wire.uncork();
            else if (typeof one === 'string') wire.write(one);
            else if (Buffer.isBuffer(one)) wire.write(one);
            else wire.write(Buffer.from(one.latin1).toString('latin1'), 'latin1');
          }
          for (let i = 0; i <= steps.length; i += 1) wire.uncork();
        }
        expect(ours.writes.flat().join('')).toBe(plain.writes.flat().join(''));
      }),
      { numRuns: 1_000 },
    );
  });
});
