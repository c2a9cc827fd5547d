import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { encodeChunk, encodeTrailers } from '../../src/streaming/chunk-encoder.js';
import {
  type ChunkChainOptions,
  createChunkSigner,
  createChunkVerifier,
  holdBack,
  transformChunkedBody,
} from '../../src/streaming/index.js';
import type { ChunkedPayload, StreamingMode } from '../../src/verify/index.js';

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const chainOf = (secretAccessKey: string, scope: string): ChunkChainOptions => ({
  seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  accessKeyId: 'SP00LOCALTHROWAWAY01',
  secretAccessKey,
  timestamp: '20261120T120000Z',
  scope,
});
const HMAC = '20261120/eu-west-1/s3/aws4_request';
const ECDSA = '20261120/s3/aws4_request';
const TRAILERS: [string, string][] = [['x-amz-checksum-crc32c', 'sOO8/Q==']];

interface Signed {
  readonly mode: StreamingMode;
  readonly client: ChunkChainOptions;
  readonly upstream: ChunkChainOptions;
  readonly payload: ChunkedPayload;
}

function setUp(mode: StreamingMode, length: number): Signed {
  const scope = mode.includes('ECDSA') ? ECDSA : HMAC;
  return {
    mode,
    client: chainOf('client secret', scope),
    upstream: chainOf('upstream secret', scope),
    payload: {
      mode: 'chunked',
      streaming: mode,
      decodedContentLength: length,
      declaredTrailers: mode.endsWith('-TRAILER') ? ['x-amz-checksum-crc32c'] : [],
    },
  };
}

/** An aws-chunked body as a client sends it. */
function frame({ mode, client }: Signed, chunks: readonly Uint8Array[]): Buffer {
  const signer = createChunkSigner(client);
  const frames = [...chunks, new Uint8Array(0)].map((data) =>
    encodeChunk(mode, data.length.toString(16), signer.signChunk(data), data),
  );
  const end = mode.endsWith('-TRAILER')
    ? encodeTrailers(mode, ['x-amz-checksum-crc32c:sOO8/Q=='], signer.signTrailers(TRAILERS))
    : encodeTrailers(mode, [], undefined);
  return Buffer.concat([...frames, end]);
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What came out, and the error that ended it. */
async function collect(
  source: AsyncIterable<Uint8Array>,
): Promise<{ bytes: Buffer; error: unknown }> {
  const out: Uint8Array[] = [];
  try {
    for await (const bytes of source) out.push(bytes);
  } catch (error) {
    return { bytes: Buffer.concat(out), error };
  }
  return { bytes: Buffer.concat(out), error: undefined };
}

const transform = (signed: Signed, body: Uint8Array, output: 'frames' | 'decoded', size = 37) =>
  collect(
    transformChunkedBody(pieces(body, size), {
      payload: signed.payload,
      verify: signed.client,
      sign: signed.upstream,
      output,
    }),
  );

const codeOf = (error: unknown) => (error instanceof SigV4ProxyError ? error.code : error);

const SIGNED_MODES: StreamingMode[] = [
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
];

describe('transformChunkedBody', () => {
  it.each(SIGNED_MODES)(
    'signs %s again, byte for byte as long, so that upstream accepts it',
    async (mode) => {
      const chunks = ['hello', 'world, this is a second chunk'].map((text) => Buffer.from(text));
      const signed = setUp(mode, Buffer.concat(chunks).length);
      const body = frame(signed, chunks);
      const { bytes, error } = await transform(signed, body, 'frames');
      expect(error).toBeUndefined();
      expect(bytes).toHaveLength(body.length);
      const asUpstream = { ...signed, client: signed.upstream };
      const decoded = await transform(asUpstream, bytes, 'decoded');
      expect(decoded).toEqual({ bytes: Buffer.concat(chunks), error: undefined });
      // The client's own signatures are worth nothing upstream.
      expect(codeOf((await transform(asUpstream, body, 'decoded')).error)).toBe(
        'chunk-signature-mismatch',
      );
    },
  );

  it('never completes a body of which one byte was changed, added or lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SIGNED_MODES.slice(0, 2)),
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 80 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('change', 'insert', 'delete'),
        fc.integer({ min: 1, max: 200 }),
        async (mode, chunks, at, mask, how, size) => {
          const signed = setUp(
            mode,
            chunks.reduce((sum, chunk) => sum + chunk.length, 0),
          );
          const body = frame(signed, chunks);
          const spot = at % body.length;
          const before = body.subarray(0, spot);
          const byte = Buffer.from([(body[spot] ?? 0) ^ mask]);
          const rest = body.subarray(how === 'insert' ? spot : spot + 1);
          const changed = Buffer.concat(how === 'delete' ? [before, rest] : [before, byte, rest]);
          const good = await transform(signed, body, 'decoded', size);
          expect(good.error).toBeUndefined();
          const { bytes, error } = await transform(signed, changed, 'decoded', size);
          // Only the case of hex sizes, zeros in front of them, and blanks around a trailer do not matter.
          const folded = (frames: Buffer) =>
            frames
              .toString('latin1')
              .toLowerCase()
              .replaceAll(/[ \t]/g, '')
              .replaceAll(/(^|\r\n)0+(?=[0-9a-f]+;)/g, '$1');
          if (error === undefined) expect(folded(changed)).toBe(folded(body));
          else expect(bytes.length).toBeLessThan(good.bytes.length);
        },
      ),
      {
        numRuns: 300,
        examples: [['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', [new Uint8Array(7)], 0, 7, 'insert', 1]],
      },
    );
  });

  it('says which chunk was wrong, and lets those before it through', async () => {
    const signed = setUp('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 15);
    const chunks = ['aaaaa', 'bbbbb', 'ccccc'].map((text) => Buffer.from(text));
    const body = frame(signed, chunks);
    body[body.indexOf('ccccc')] = 0x64;
    const { bytes, error } = await transform(signed, body, 'decoded');
    expect(error).toMatchObject({ code: 'chunk-signature-mismatch', chunkIndex: 2 });
    expect('aaaaabbbbb'.startsWith(bytes.toString())).toBe(true);
  });

  it('checks the sum of the chunks and the end', async () => {
    const chunks = [Buffer.from('hello')];
    const short = setUp('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 4);
    const long = setUp('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 6);
    expect(codeOf((await transform(short, frame(short, chunks), 'frames')).error)).toBe(
      'decoded-length-mismatch',
    );
    expect(codeOf((await transform(long, frame(long, chunks), 'frames')).error)).toBe(
      'decoded-length-mismatch',
    );
    const right = setUp('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 5);
    const cut = frame(right, chunks).subarray(0, 95);
    expect(codeOf((await transform(right, cut, 'frames')).error)).toBe('truncated');
  });

  it('refuses a signed trailer that is changed or missing', async () => {
    const signed = setUp('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 5);
    const body = frame(signed, [Buffer.from('hello')]).toString('latin1');
    for (const changed of [
      body.replace('sOO8', 'sOO9'),
      body.replace(/x-amz-trailer-signature:.*\r\n/, ''),
    ]) {
      const { error } = await transform(signed, Buffer.from(changed, 'latin1'), 'frames');
      expect(codeOf(error)).toBe('trailer-signature-mismatch');
    }
  });

  it('passes unsigned frames untouched, one chunk of any size included, and holds the end back', async () => {
    const data = Buffer.alloc(17 * 1024 * 1024, 'x');
    const signed = setUp('STREAMING-UNSIGNED-PAYLOAD-TRAILER', data.length);
    const end = '\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n';
    const body = Buffer.concat([Buffer.from('1100000\r\n'), data, Buffer.from(end)]);
    const whole = await transform(signed, body, 'frames', 65_536);
    expect(whole.error).toBeUndefined();
    expect(whole.bytes.equals(body)).toBe(true);
    const plain = await transform(signed, body, 'decoded', 65_536);
    expect(plain.bytes.equals(data)).toBe(true);

    for (const bad of [
      '\r\n0\r\n\r\n',
      '\r\n0\r\nx-other:1\r\n\r\n',
      '\r\n0\r\n',
      '\r\n1\r\nx\r\n0\r\n\r\n',
    ]) {
      const wrong = Buffer.concat([Buffer.from('1100000\r\n'), data, Buffer.from(bad)]);
      const { bytes, error } = await transform(signed, wrong, 'frames', 65_536);
      expect(error).toBeInstanceOf(SigV4ProxyError);
      expect(bytes.length).toBeLessThan(wrong.length);
    }
  });

  it('needs the chains that its mode calls for', async () => {
    const { payload, client } = setUp('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 0);
    for (const options of [{}, { verify: client }]) {
      const body = transformChunkedBody(pieces(new Uint8Array(1), 1), {
        payload,
        output: 'frames',
        ...options,
      });
      expect(codeOf((await collect(body)).error)).toBe('invalid-option');
    }
  });
});

describe('createChunkVerifier', () => {
  it('refuses chunks after the empty one, and an end without it', () => {
    const options = chainOf('client secret', HMAC);
    const signer = createChunkSigner(options);
    const verifier = createChunkVerifier({ ...options, decodedContentLength: 0 });
    expect(() => verifier.end()).toThrowWithCode(SigV4ProxyError, 'truncated');
    const nothing = new Uint8Array(0);
    verifier.verifyChunk(nothing, signer.signChunk(nothing));
    verifier.end();
    expect(() => verifier.verifyChunk(nothing, signer.signChunk(nothing))).toThrowWithCode(
      SigV4ProxyError,
      'malformed-chunk',
    );
  });

  it('refuses a scope that is none', () => {
    expect(() => createChunkSigner(chainOf('s', '20261120/aws4_request'))).toThrowWithCode(
      SigV4ProxyError,
      'invalid-option',
    );
  });
});

describe('holdBack', () => {
  it('gives the whole body when its hash agrees, and never its last piece otherwise', async () => {
    for (const size of [1, 2, 5]) {
      const good = await collect(holdBack(pieces(Buffer.from('hello'), size), HELLO));
      expect(good).toEqual({ bytes: Buffer.from('hello'), error: undefined });
      const bad = await collect(holdBack(pieces(Buffer.from('hellO'), size), HELLO));
      expect(codeOf(bad.error)).toBe('payload-mismatch');
      expect(bad.bytes.length).toBeLessThan(5);
    }
  });

  it('accepts an empty body for the empty hash only', async () => {
    expect((await collect(holdBack(pieces(new Uint8Array(0), 1), EMPTY))).error).toBeUndefined();
    const { error } = await collect(holdBack(pieces(new Uint8Array(0), 1), HELLO));
    expect(codeOf(error)).toBe('payload-mismatch');
  });
});
