import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { peekBody } from '../../src/handle/peek-body.js';

const read = async (body: Uint8Array | Readable) =>
  body instanceof Uint8Array ? Buffer.from(body) : Buffer.concat(await body.toArray());

describe('peekBody', () => {
  it.each([
    ['nothing', []],
    ['less than the limit', ['ab', 'cd']],
    ['just the limit', ['abcd', 'efgh']],
    ['more than the limit in one piece', ['abcdefghijkl']],
    ['more than the limit in pieces', ['abc', 'def', 'ghi', 'jkl', 'mno']],
  ])('leaves %s as it was', async (_, pieces) => {
    const body = Readable.from(
      pieces.map((piece) => Buffer.from(piece)),
      { objectMode: false },
    );
    const peeked = await peekBody(body, 8);
    const all = pieces.join('');
    expect(all.startsWith(Buffer.from(peeked.head).toString())).toBe(true);
    expect(peeked.head.length).toBeGreaterThanOrEqual(Math.min(8, all.length));
    expect((await read(peeked.body)).toString()).toBe(all);
  });

  it('reads no more than it has to of an endless body', async () => {
    let pieces = 0;
    const body = new Readable({
      highWaterMark: 4,
      read() {
        pieces += 1;
        this.push(Buffer.from('abcd'));
      },
    });
    const { head } = await peekBody(body, 8);
    expect(head.length).toBeGreaterThanOrEqual(8);
    expect(pieces).toBeLessThan(10);
    body.destroy();
  });

  it('fails as the body fails', async () => {
    const body = new Readable({ read() {} });
    body.push('ab');
    const peeked = peekBody(body, 8);
    body.destroy(new Error('reset'));
    await expect(peeked).rejects.toThrow('reset');
    const gone = new Readable({ read() {} });
    gone.destroy();
    await expect(peekBody(gone, 8)).rejects.toThrow('broke off');
  });
});
