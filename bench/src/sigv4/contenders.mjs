import { createHash, timingSafeEqual } from 'node:crypto';
import { createSigningCache, signRequest } from '@postern/sigv4-proxy/sigv4';
import { signRawRequest, verifySignature } from '@postern/sigv4-proxy/verify';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import { NOW, UPSTREAM } from './cases.mjs';

const AMZ_DATE = '20261120T120000Z';
const isS3 = (c) => c.service === 's3';

/** The wire form of a case's query. */
export function queryText(c) {
  return Object.entries(c.query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

const targetOf = (c) => (queryText(c) === '' ? c.path : `${c.path}?${queryText(c)}`);

function smithySigner(c, credentials = c.credentials) {
  return new SignatureV4({
    credentials,
    region: c.region,
    service: c.service,
    sha256: Sha256,
    uriEscapePath: !isS3(c),
    applyChecksum: isS3(c),
  });
}

function smithyRequest(c, headers = c.headers) {
  return new HttpRequest({
    protocol: 'https:',
    hostname: c.headers.host,
    method: c.method,
    path: c.path,
    query: c.query,
    headers,
    body: c.body,
  });
}

function aws4Sign(c, headers, credentials) {
  const { method, body, service, region } = c;
  return aws4.sign(
    { host: c.headers.host, method, path: targetOf(c), headers, body, service, region },
    credentials,
  ).headers;
}

/** What arrives at a server: the case signed by smithy, as a raw header list and as a record. */
export async function signedInput(c) {
  const { headers } = await smithySigner(c).sign(smithyRequest(c), { signingDate: NOW });
  const list = Object.entries(headers);
  return {
    record: headers,
    raw: {
      method: c.method,
      target: targetOf(c),
      headers: list,
      body: c.body === undefined ? undefined : Buffer.from(c.body),
    },
  };
}

function statedHashAgrees(c, headers) {
  const stated = headers['x-amz-content-sha256'];
  if (stated === undefined || c.body === undefined) return true;
  return createHash('sha256').update(c.body).digest('hex') === stated;
}

const authParts = (text) => /SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(text);

function pick(record, names) {
  const headers = {};
  for (const name of names) headers[name] = record[name];
  return headers;
}

const same = (a, b) => timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Each makes, from a case, a function to time that returns an Authorization header (or a promise of one). */
export const sign = {
  postern(c) {
    const cache = createSigningCache();
    const request = smithyRequest(c);
    const { credentials, region, service } = c;
    const options = {
      credentials,
      region,
      service,
      signingDate: NOW,
      applyChecksum: isS3(c),
      cache,
    };
    return () => signRequest(request, options).headers.authorization;
  },
  '@smithy/signature-v4'(c) {
    const signer = smithySigner(c);
    const request = smithyRequest(c);
    const options = { signingDate: NOW };
    return async () => (await signer.sign(request, options)).headers.authorization;
  },
  aws4(c) {
    const headers = { ...c.headers, 'X-Amz-Date': AMZ_DATE };
    return () => aws4Sign(c, { ...headers }, c.credentials).Authorization;
  },
};

/** The proxy's step: verify what a client signed, body included, then sign it with the upstream credentials. */
export const verifyAndResign = {
  async postern(c) {
    const { raw } = await signedInput(c);
    const cache = createSigningCache();
    const now = NOW;
    return () => {
      const verified = verifySignature(raw, {
        credentials: c.credentials,
        now,
        secure: true,
        cache,
      });
      const headers = raw.headers.filter(([name]) => !REPLACED.has(name));
      headers.push(['x-amz-date', AMZ_DATE], ['x-amz-security-token', UPSTREAM.sessionToken]);
      return signRawRequest(
        { method: raw.method, target: raw.target, headers },
        {
          credentials: UPSTREAM,
          region: verified.region ?? '',
          service: verified.service,
          signedHeaders: withToken(verified.signedHeaders),
          payloadHash: verified.payload.sha256,
          verified,
          cache,
        },
      ).authorization;
    };
  },
  async '@smithy/signature-v4'(c) {
    const { record } = await signedInput(c);
    const client = smithySigner(c);
    const upstream = smithySigner(c, UPSTREAM);
    return async () => {
      if (!statedHashAgrees(c, record)) throw new Error('wrong body');
      const [, names, signature] = authParts(record.authorization);
      const list = names.split(';');
      const again = await client.sign(smithyRequest(c, pick(record, list)), {
        signingDate: NOW,
        signableHeaders: new Set(list),
      });
      if (!same(authParts(again.headers.authorization)[2], signature)) throw new Error('wrong');
      return (await upstream.sign(smithyRequest(c), { signingDate: NOW })).headers.authorization;
    };
  },
  aws4(c) {
    // Its own input: it never signs some headers that others do (Range), and could not verify them.
    const record = lowerCased(aws4Sign(c, { ...c.headers, 'X-Amz-Date': AMZ_DATE }, c.credentials));
    return () => {
      if (!statedHashAgrees(c, record)) throw new Error('wrong body');
      const [, names, signature] = authParts(record.authorization);
      const list = names.split(';');
      const again = aws4Sign(c, pick(record, list), c.credentials).Authorization;
      if (!same(authParts(again)[2], signature)) throw new Error('wrong signature');
      return aws4Sign(c, { ...c.headers, 'X-Amz-Date': AMZ_DATE }, UPSTREAM).Authorization;
    };
  },
};

function lowerCased(headers) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

const REPLACED = new Set(['authorization', 'x-amz-date', 'x-amz-security-token']);

// A proxy meets few lists of signed names, so it keeps what it made of them.
const lists = new Map();
function withToken(names) {
  let list = lists.get(names);
  if (list === undefined) {
    list = [...new Set([...names, 'x-amz-security-token'])].sort();
    lists.set(names, list);
  }
  return list;
}

export const tasks = { sign, 'verify + re-sign': verifyAndResign };
