import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { send } from '../support/raw-request.js';
import { role } from '../support/seed.js';
import { createSigner, NOW, sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start({ clock: () => NOW });
const credentials = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const HOST = 'demo-bucket.s3.us-east-1.amazonaws.com';
const signing = { credentials, service: 's3' } as const;
const signer = createSigner(signing);
const SCOPE = '20260504/us-east-1/s3/aws4_request';
const STAMP = '20260504T120000Z';
const EMPTY = createHash('sha256').digest('hex');

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const crc = (bytes: Buffer) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(crc32(bytes));
  return out.toString('base64');
};

const BODY = Buffer.alloc(20_000, 'abc');
const CHUNKS = [BODY.subarray(0, 16_384), BODY.subarray(16_384), Buffer.alloc(0)];

interface Frame {
  header: string;
  data: Buffer;
}

interface Upload {
  readonly headers: Record<string, string>;
  readonly frames: Frame[];
  trailers: string[];
}

/** An upload in frames, so that each test can spoil one part of it. */
async function upload(mode: string, checksum?: string): Promise<Upload> {
  const headers: Record<string, string> = {
    host: HOST,
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': mode,
    'x-amz-decoded-content-length': String(BODY.length),
  };
  if (checksum !== undefined) headers['x-amz-trailer'] = 'x-amz-checksum-crc32';
  const signed = await sign({ method: 'PUT', path: '/chunked', headers }, signing);
  let previous = /Signature=([0-9a-f]+)$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
  const next = async (algorithm: string, lines: readonly string[]) => {
    const text = [algorithm, STAMP, SCOPE, previous, ...lines].join('\n');
    previous = await signer.sign(text, { signingDate: NOW });
    return previous;
  };
  const frames: Frame[] = [];
  for (const data of CHUNKS) {
    const size = data.length.toString(16);
    const isSigned = mode.startsWith('STREAMING-AWS4');
    const header = isSigned
      ? `${size};chunk-signature=${await next('AWS4-HMAC-SHA256-PAYLOAD', [EMPTY, sha256(data)])}`
      : size;
    frames.push({ header, data });
  }
  const trailers: string[] = [];
  if (checksum !== undefined) {
    trailers.push(`x-amz-checksum-crc32:${checksum}`);
    if (mode.startsWith('STREAMING-AWS4')) {
      const hash = sha256(`x-amz-checksum-crc32:${checksum}\n`);
      trailers.push(`x-amz-trailer-signature:${await next('AWS4-HMAC-SHA256-TRAILER', [hash])}`);
    }
  }
  return { headers: signed.headers, frames, trailers };
}

async function put({ headers, frames, trailers }: Upload, tail = '', cut = 0): Promise<string> {
  const framed = frames.map(({ header, data }) =>
    Buffer.concat([Buffer.from(`${header}\r\n`), data, Buffer.from(data.length > 0 ? '\r\n' : '')]),
  );
  const end = Buffer.from(`${trailers.map((line) => `${line}\r\n`).join('')}\r\n${tail}`);
  // Odd pieces, so that frames and pieces of the stream never coincide.
  const whole = Buffer.concat([...framed, end]);
  const all = whole.subarray(0, whole.length - cut);
  const body = [all.subarray(0, 5), all.subarray(5, 9000), all.subarray(9000)];
  const length = { 'content-length': String(all.length) };
  const raw = { method: 'PUT', path: '/chunked', headers: { ...headers, ...length }, body };
  const { status, text } = await send(standIn.port, raw);
  return status === 200 ? 'stored' : (/<Code>([^<]+)</.exec(text)?.[1] ?? String(status));
}

const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNED_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const at = (item: Upload, index: number): Frame => item.frames[index] ?? { header: '', data: BODY };

describe('an aws-chunked upload', () => {
  it('is stored when every frame is right', async () => {
    expect(await put(await upload(SIGNED))).toBe('stored');
    expect(await put(await upload(SIGNED_TRAILER, crc(BODY)))).toBe('stored');
    expect(await put(await upload(UNSIGNED_TRAILER, crc(BODY)))).toBe('stored');
    const head = await sign({ method: 'HEAD', path: '/chunked', headers: { host: HOST } }, signing);
    const { headers } = await send(standIn.port, head);
    expect(headers['content-length']).toBe(String(BODY.length));
    expect(headers['content-encoding']).toBeUndefined();
  });

  it('is refused when a byte of a signed chunk changes', async () => {
    for (const index of [0, 1]) {
      const item = await upload(SIGNED);
      const frame = at(item, index);
      frame.data = Buffer.from(frame.data);
      frame.data[7] = 0;
      expect(await put(item)).toBe('SignatureDoesNotMatch');
    }
  });

  it('is refused when chunks change places, are left out or are signed for nothing', async () => {
    const swapped = await upload(SIGNED);
    swapped.frames.splice(0, 2, at(swapped, 1), at(swapped, 0));
    expect(await put(swapped)).toBe('SignatureDoesNotMatch');
    const dropped = await upload(SIGNED);
    dropped.frames.splice(0, 1);
    expect(await put(dropped)).toBe('SignatureDoesNotMatch');
    const last = await upload(SIGNED);
    at(last, 2).header = `0;chunk-signature=${'0'.repeat(64)}`;
    expect(await put(last)).toBe('SignatureDoesNotMatch');
  });

  it('is refused without signatures where they belong, and with them where they do not', async () => {
    const bare = await upload(SIGNED);
    for (const frame of bare.frames) frame.header = frame.data.length.toString(16);
    expect(await put(bare)).toBe('InvalidRequest');
    const extra = await upload(UNSIGNED_TRAILER, crc(BODY));
    at(extra, 0).header += `;chunk-signature=${'0'.repeat(64)}`;
    expect(await put(extra)).toBe('InvalidRequest');
  });

  it('is refused when the trailing checksum or its signature is wrong', async () => {
    expect(await put(await upload(UNSIGNED_TRAILER, 'AAAAAA=='))).toBe('BadDigest');
    expect(await put(await upload(SIGNED_TRAILER, 'AAAAAA=='))).toBe('BadDigest');
    const forged = await upload(SIGNED_TRAILER, crc(BODY));
    forged.trailers = [forged.trailers[0] ?? '', `x-amz-trailer-signature:${'0'.repeat(64)}`];
    expect(await put(forged)).toBe('SignatureDoesNotMatch');
    const unsigned = await upload(SIGNED_TRAILER, crc(BODY));
    unsigned.trailers = unsigned.trailers.slice(0, 1);
    expect(await put(unsigned)).toBe('SignatureDoesNotMatch');
  });

  it('is refused with undeclared, missing or repeated trailers', async () => {
    const undeclared = await upload(UNSIGNED_TRAILER, crc(BODY));
    undeclared.trailers = ['x-amz-meta-a:b', ...undeclared.trailers];
    expect(await put(undeclared)).toBe('MalformedTrailerError');
    const missing = await upload(UNSIGNED_TRAILER, crc(BODY));
    missing.trailers = [];
    expect(await put(missing)).toBe('MalformedTrailerError');
    const twice = await upload(UNSIGNED_TRAILER, crc(BODY));
    twice.trailers = [...twice.trailers, ...twice.trailers];
    expect(await put(twice)).toBe('MalformedTrailerError');
    const none = await upload(SIGNED);
    none.trailers = [`x-amz-checksum-crc32:${crc(BODY)}`];
    expect(await put(none)).toBe('MalformedTrailerError');
  });

  it('is refused when lengths disagree or bytes are left over', async () => {
    const short = await upload(UNSIGNED_TRAILER, crc(BODY));
    short.frames.splice(1, 1);
    expect(await put(short)).toBe('IncompleteBody');
    const shifted = await upload(UNSIGNED_TRAILER, crc(BODY));
    at(shifted, 0).header = '3fff';
    expect(await put(shifted)).toBe('InvalidRequest');
    expect(await put(await upload(SIGNED), 'more')).toBe('InvalidRequest');
    const endless = await upload(SIGNED);
    endless.frames.splice(2, 1);
    expect(await put(endless)).toBe('InvalidRequest');
    for (const cut of [1, 2, 3, 100, 10_000]) {
      expect(await put(await upload(SIGNED), '', cut)).toBe('IncompleteBody');
    }
  });

  it('is refused with small chunks before the last', async () => {
    const item = await upload(UNSIGNED_TRAILER, crc(BODY));
    const pieces = [BODY.subarray(0, 100), BODY.subarray(100), Buffer.alloc(0)];
    const frames = pieces.map((data) => ({ header: data.length.toString(16), data }));
    expect(await put({ ...item, frames })).toBe('InvalidChunkSizeError');
  });

  it('leaves nothing behind when it is refused', async () => {
    const item = await upload(UNSIGNED_TRAILER, 'AAAAAA==');
    await put(await upload(UNSIGNED_TRAILER, crc(BODY)));
    await put(item);
    const get = await sign({ path: '/chunked', headers: { host: HOST } }, signing);
    expect((await send(standIn.port, get)).body.equals(BODY)).toBe(true);
  });
});
