import { decode } from 'node:querystring';
import * as proxy from '@postern/sigv4-proxy';
import { signRawRequest } from '@postern/sigv4-proxy/verify';
import { outcome, subset } from '../compare.mjs';

/** What `run` gives, or the refusal in the words of the case file. */
function resultOf(run) {
  try {
    return run();
  } catch (error) {
    if (error?.name !== 'SigV4ProxyError') throw error;
    return { reject: error.code };
  }
}

/** The names of the case file for options of the package. */
function optionsOf({ useFips, useDualstack, ...config } = {}) {
  return { useFipsEndpoint: useFips, useDualstackEndpoint: useDualstack, ...config };
}

const routes = await proxy.loadRestRoutes();
const LISTENER = { names: ['localhost', '127.0.0.1', '[::1]'], port: 23457 };

function endpoint({ config, headers, ...query }) {
  return proxy.resolveTarget(
    { ...query, headers: Object.entries(headers ?? {}) },
    { listener: LISTENER, routes, ...optionsOf(config) },
  );
}

function ssrf({ host, config }) {
  return { accept: true, host: proxy.validateAwsHost(host, config) };
}

/** A body for requests that state neither length nor hash: the proxy has collected one then. */
const COLLECTED = {
  bodyLength: 3,
  payloadHash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
};

function resign({ config, now, body, ...input }) {
  const collected = body === 'known' || body === 'unknown' ? COLLECTED : {};
  const prepared = proxy.prepareHeaders(
    { ...input, ...collected, body, now: new Date(now) },
    config,
  );
  const credentials = { secretAccessKey: 'secret', ...input.credentials };
  const { authorization } = signRawRequest(
    { method: 'POST', target: '/', headers: prepared.headers },
    {
      credentials,
      service: input.service,
      region: 'us-east-1',
      signedHeaders: prepared.signedHeaders,
      payloadHash: prepared.payloadHash,
    },
  );
  const signed = /SignedHeaders=([^,]*)/.exec(authorization)[1].split(';');
  return { headers: [...prepared.headers, ['Authorization', authorization]], signed };
}

function compareResign(expect, got) {
  if (expect.reject || got.reject) return expect.reject === got.reject;
  const values = new Map(got.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const once = values.size === got.headers.length;
  return (
    once &&
    (expect.present ?? []).every((name) => values.has(name)) &&
    (expect.absent ?? []).every((name) => !values.has(name)) &&
    (expect.signedIncludes ?? []).every((name) => got.signed.includes(name)) &&
    (expect.signedExcludes ?? []).every((name) => !got.signed.includes(name)) &&
    Object.entries(expect.values ?? {}).every(([name, value]) => values.get(name) === value)
  );
}

const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const unescapeXml = (text) => text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name) => ENTITIES[name]);

/** Element paths and their texts; the files of errors have no attributes and no mixed content. */
function readXml(text) {
  const paths = {};
  const open = [];
  for (const [, close, name, content] of text.matchAll(/<(\/?)([A-Za-z]\w*)[^>]*>([^<]*)/g)) {
    if (close) {
      if (open.pop() !== name) throw new SyntaxError(`</${name}> closes another element`);
      continue;
    }
    open.push(name);
    if (open.length === 1) paths.root = name;
    paths[open.join('/')] = unescapeXml(content);
  }
  if (open.length > 0) throw new SyntaxError(`${open} not closed`);
  return paths;
}

/** `*` stands for any text but the empty one. */
const fits = (expected, got) =>
  Object.entries(expected).every(([key, value]) =>
    value === '*' ? Boolean(got[key]) : got[key] === value,
  );

function compareError(expect, got) {
  const text = Buffer.from(got.body).toString('utf8');
  const headers = Object.fromEntries(got.headers);
  return (
    expect.status === got.status &&
    (expect.code === undefined || expect.code === got.code) &&
    fits(expect.headers ?? {}, headers) &&
    (expect.bodyJson === undefined || outcome(expect.bodyJson, JSON.parse(text)).pass) &&
    (expect.xml === undefined || fits(expect.xml, readXml(text))) &&
    (expect.bodyHex === undefined || expect.bodyHex === Buffer.from(got.body).toString('hex')) &&
    (expect.emptyBody === undefined || expect.emptyBody === (got.body.length === 0)) &&
    (expect.connectionClose === undefined || expect.connectionClose === got.close)
  );
}

/** The forms that came out, as name and value. */
function capDuration({ identityRemaining, query, body }) {
  const capped = proxy.capAssumeRoleDuration({
    query,
    body,
    identityRemainingSeconds: identityRemaining,
  });
  if (capped.unchanged) return capped;
  return {
    query: { ...decode(capped.query) },
    body: { ...decode(capped.body) },
    contentLengthUpdated: capped.contentLength === Buffer.byteLength(capped.body),
  };
}

/** @type {Record<string, import('../run-cases.mjs').Runner>} */
export const groups = {
  endpoint: ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => endpoint(input)),
      subset,
    ),
  connect: ({ input, expect }) =>
    outcome(expect, proxy.decideConnect(input.target, input.config), subset),
  ssrf: ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => ssrf(input)),
      subset,
    ),
  'resign-headers': ({ input, expect }) =>
    outcome(
      expect,
      resultOf(() => resign(input)),
      compareResign,
    ),
  'error-shape': ({ input, expect }) =>
    outcome(
      expect,
      proxy.formatErrorResponse({ ...input, now: new Date('2026-11-20T12:00:00Z') }),
      compareError,
    ),
  duration: ({ input, expect }) =>
    input.purpose === 'user-assume-role'
      ? outcome(
          expect,
          resultOf(() => capDuration(input)),
          subset,
        )
      : undefined,
};
