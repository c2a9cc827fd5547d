import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { type ChunkDecoderOptions, createChunkDecoder } from '../../src/streaming/index.js';
import type { StreamingMode } from '../../src/verify/index.js';

const UNSIGNED: StreamingMode = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const SIGNED: StreamingMode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNATURE = 'a'.repeat(64);

/** Decodes text, handed over in pieces of so many bytes. */
function decode(text: string, options: Partial<ChunkDecoderOptions> = {}, pieceBytes = 1 << 20) {
  const decoder = createChunkDecoder({ mode: UNSIGNED, ...options });
  const bytes = Buffer.from(text, 'latin1');
  const parts = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parts.push(...decoder.push(bytes.subarray(at, at + pieceBytes)));
  }
  decoder.end();
  const data = parts.flatMap((part) => (part.type === 'end' ? [] : [part.data]));
  const [end] = parts.filter((part) => part.type === 'end');
  return { data: Buffer.concat(data).toString('latin1'), trailers: end?.trailers, end };
}

const refused = (text: string, code: string, options?: Partial<ChunkDecoderOptions>) => {
  for (const pieceBytes of [1, 2, 7, 1 << 20]) {
    expect(() => decode(text, options, pieceBytes)).toThrowWithCode(SigV4ProxyError, code);
  }
};

describe('createChunkDecoder', () => {
  it('gives data and trailers however the bytes are cut', () => {
    const text = '6\r\nhello\n\r\n00a\r\n0123456789\r\n0\r\nX-Amz-Checksum-Crc32: NjowIA==\r\n\r\n';
    for (let pieceBytes = 1; pieceBytes <= text.length; pieceBytes += 1) {
      const got = decode(text, { declaredTrailers: ['x-amz-checksum-crc32'] }, pieceBytes);
      expect(got.data).toBe('hello\n0123456789');
      expect(got.trailers).toEqual([['x-amz-checksum-crc32', 'NjowIA==']]);
      expect(got.end?.rawTrailers).toEqual(['X-Amz-Checksum-Crc32: NjowIA==']);
    }
  });

  it('gives signed chunks whole, with the size as it was written', () => {
    const text = `05;chunk-signature=${SIGNATURE}\r\nhello\r\n0;chunk-signature=${SIGNATURE}\r\n\r\n`;
    const decoder = createChunkDecoder({ mode: SIGNED });
    const parts = [...text].flatMap((letter) => [...decoder.push(Buffer.from(letter))]);
    expect(parts).toMatchObject([
      { type: 'chunk', index: 0, sizeText: '05', signature: SIGNATURE },
      { type: 'chunk', index: 1, sizeText: '0', data: new Uint8Array(0) },
      { type: 'end', trailers: [], trailerSignature: undefined },
    ]);
  });

  it('refuses sizes that are not plain hex, and lines that do not end in CR LF', () => {
    for (const size of ['', ' 5', '5 ', '+5', '-5', '0x5', '5g', '5;x=y', '5\t']) {
      refused(`${size}\r\nhello\r\n0\r\n\r\n`, 'malformed-chunk');
    }
    refused('5\nhello\r\n0\r\n\r\n', 'malformed-chunk');
    refused('5\r\nhello\n0\r\n\r\n', 'malformed-chunk');
    refused('5\r\nhelloX\r\n0\r\n\r\n', 'malformed-chunk');
    refused('5\r\nhello\r\n0\r\n\r\nmore', 'malformed-chunk');
    refused(`${'0'.repeat(5000)}`, 'malformed-chunk');
  });

  it('refuses signatures where none belong, and their absence where they do', () => {
    refused(`5;chunk-signature=${SIGNATURE}\r\nhello\r\n0\r\n\r\n`, 'malformed-chunk');
    const mode = { mode: SIGNED };
    refused('5\r\nhello\r\n0\r\n\r\n', 'malformed-chunk', mode);
    refused(`5;chunk-signature=${SIGNATURE.slice(1)}\r\n`, 'malformed-chunk', mode);
    refused(`5;chunk-signature=${SIGNATURE.toUpperCase()}\r\n`, 'malformed-chunk', mode);
    refused(`5;chunk-signature=${SIGNATURE}**\r\n`, 'malformed-chunk', mode);
  });

  it('refuses chunks and trailers beyond their limits', () => {
    refused('11111111111111111\r\n', 'chunk-too-large');
    refused('ffffffffffffffff\r\n', 'chunk-too-large');
    refused('1000001\r\n', 'chunk-too-large');
    refused('6\r\nhello!', 'chunk-too-large', { maxChunkBytes: 5 });
    const trailers = `0\r\na:${'x'.repeat(9000)}\r\nb:${'x'.repeat(9000)}\r\n\r\n`;
    refused(trailers, 'too-large', { declaredTrailers: ['a', 'b'] });
  });

  it('wants exactly the declared trailers, each once', () => {
    const declaredTrailers = ['a'];
    refused('0\r\n\r\n', 'missing-trailer', { declaredTrailers });
    refused('0\r\na:1\r\nb:2\r\n\r\n', 'undeclared-trailer', { declaredTrailers });
    refused('0\r\na:1\r\na:2\r\n\r\n', 'malformed-chunk', { declaredTrailers });
    refused('0\r\n:1\r\n\r\n', 'malformed-chunk', { declaredTrailers });
    refused('0\r\nno colon\r\n\r\n', 'malformed-chunk', { declaredTrailers });
    refused('0\r\na:1\r\nx-amz-trailer-signature:0\r\n\r\n', 'undeclared-trailer', {
      declaredTrailers,
    });
  });

  it('tells a body that ends early, at every byte', () => {
    const text = '5\r\nhello\r\n0\r\na:1\r\n\r\n';
    for (let length = 0; length < text.length; length += 1) {
      refused(text.slice(0, length), 'truncated', { declaredTrailers: ['a'] });
    }
  });

  it('throws only its own error on random bytes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.constantFrom(
        '\r\n',
        '\n',
        '0',
        '5\r\nhello\r\n',
        '0\r\n',
        ';chunk-signature=',
        SIGNATURE,
        ':',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom(UNSIGNED, SIGNED),
        fc.integer({ min: 1, max: 40 }),
        (pieces, mode, pieceBytes) => {
          try {
            decode(pieces.join(''), { mode }, pieceBytes);
          } catch (error) {
            expect(error).toBeInstanceOf(SigV4ProxyError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
