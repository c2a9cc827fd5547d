import * as proxy from '@postern/sigv4-proxy';
import { canonicalPath, parseAuthorization, verifySignature } from '@postern/sigv4-proxy/verify';
import { outcome, subset } from '../compare.mjs';

/** What `run` gives, or the refusal in the words of the case file. */
function resultOf(run, word) {
  try {
    return run();
  } catch (error) {
    if (error?.name !== 'SigV4ProxyError') throw error;
    return { [word]: error.code, atChunk: error.chunkIndex };
  }
}

function verify({ request, credentials, now, config = {} }) {
  const body = Buffer.from(request.bodyBase64 ?? '', 'base64');
  const verified = verifySignature(
    { method: request.method, target: request.uri, headers: request.headers, body },
    {
      credentials,
      now: new Date(now),
      secure: true,
      foreignPresigned: config.foreignPresigned,
      maxClockSkewMs: config.maxClockSkewMs,
    },
  );
  if (verified.passthrough) return { passthrough: true };
  if (verified.payload.mode === 'chunked') verifyFrames(verified, credentials, body);
  return { ok: true };
}

/** The stream behind a verified aws-chunked request, as a server would check it. */
function verifyFrames(verified, credentials, body) {
  const { streaming: mode, declaredTrailers, decodedContentLength } = verified.payload;
  const signed = mode !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const decoder = proxy.createChunkDecoder({ mode, declaredTrailers });
  const verifier = proxy.createChunkVerifier({
    ...credentials,
    seedSignature: verified.signature,
    timestamp: verified.timestamp,
    scope: verified.scope,
    decodedContentLength,
  });
  for (const part of decoder.push(body)) {
    if (part.type === 'chunk') verifier.verifyChunk(part.data, part.signature);
    if (part.type === 'end' && signed && mode.endsWith('-TRAILER')) {
      verifier.verifyTrailers(part.trailers, part.trailerSignature);
    }
  }
  decoder.end();
}

const bytesOf = ({ repeat: [text, times] }) => Buffer.from(text.repeat(times));

function signChunks(input) {
  const signer = proxy.createChunkSigner({ ...input, seedSignature: input.seed });
  const signatures = input.chunks.map((chunk) => signer.signChunk(bytesOf(chunk)));
  return input.trailers === undefined
    ? { signatures }
    : { signatures, trailerSignature: signer.signTrailers(input.trailers) };
}

function verifyChunks(input) {
  const verifier = proxy.createChunkVerifier({ ...input, seedSignature: input.seed });
  input.chunks.forEach((chunk, index) => {
    verifier.verifyChunk(bytesOf(chunk), input.signatures[index]);
  });
  verifier.end();
  if (input.trailers !== undefined) verifier.verifyTrailers(input.trailers, input.trailerSignature);
  return { ok: true };
}

function decodeFrames({ rawBase64, mode, declaredTrailers }) {
  const decoder = proxy.createChunkDecoder({
    mode: mode ?? 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    declaredTrailers,
  });
  const parts = decoder.push(Buffer.from(rawBase64, 'base64'));
  decoder.end();
  const data = parts.flatMap((part) => (part.type === 'end' ? [] : [part.data]));
  const trailers = parts.flatMap((part) => (part.type === 'end' ? part.trailers : []));
  return { payloadBase64: Buffer.concat(data).toString('base64'), trailers };
}

const chunkOperations = { sign: signChunks, verify: verifyChunks, frame: decodeFrames };

/** @type {Record<string, import('../run-cases.mjs').Runner>} */
export const groups = {
  'authorization-parse': ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => parseAuthorization(input.header), 'error'),
      subset,
    ),
  verify: ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => verify(input), 'reject'),
      subset,
    ),
  's3-path': ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => ({ canonical: canonicalPath(input.rawPath, input) }), 'reject'),
      subset,
    ),
  chunked: ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => chunkOperations[input.op](input), 'reject'),
      subset,
    ),
};
