import { createHash, createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { createJoinRequest } from '@postern/join-iam/client';
import {
  classifyStsHost,
  inspectJoinRequest,
  JoinIamError,
  matchAllowRules,
  parseStsResponse,
  parseToken,
} from '@postern/join-iam/server';

// The cases hold YAML text; the package takes values.
const { parse: parseYaml } = createRequire(
  new URL('../../packages/config/package.json', import.meta.url),
)('yaml');

/** The case file writes codes with underscores, the package with hyphens. */
const kebab = (code) => code.replaceAll('_', '-');

/** @param {() => unknown} run */
function attempt(run) {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof JoinIamError) return { error };
    throw error;
  }
}

const outcome = (pass, expected, got) => ({ pass, expected, got });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Every member that is expected must be there and equal; null and absent are one. */
const covers = (expected, got) =>
  Object.entries(expected).every(([name, value]) => same(value ?? null, got?.[name] ?? null));

function hostOptions(options) {
  return {
    useFipsEndpoint: options.fips ?? false,
    useDualstackEndpoint: options.dualStack ?? false,
    extraRegions: options.extraRegions ?? [],
  };
}

function joinContext(options) {
  return {
    ...hostOptions(options),
    now: new Date(options.now),
    challenge: options.challenge,
    challengeState: options.challengeState,
    challengeHeader: options.challengeHeader,
    audienceHeader: options.audienceHeader,
    bindingHeader: options.bindingHeader,
    audience: options.audience ?? undefined,
    binding: options.binding ?? undefined,
    maxClockSkewSeconds: options.maxClockSkewSeconds,
  };
}

function request(testCase, file) {
  const { expect } = testCase;
  const context = joinContext({ ...file.context, ...testCase.options });
  const bytes = Buffer.from(testCase.request, 'latin1');
  const { value, error } = attempt(() => inspectJoinRequest(bytes, context));
  if (expect.result === 'accept') {
    const { result, ...members } = expect;
    return outcome(value !== undefined && covers(members, value), expect, value ?? shown(error));
  }
  const codes = [expect.code, ...(expect.alsoAcceptable ?? [])].map(kebab);
  const classes = [expect.code, ...(expect.alsoAcceptable ?? [])].map((code) => file.classes[code]);
  const pass =
    error !== undefined &&
    codes.includes(error.code) &&
    [expect.class, ...classes].includes(error.class);
  return outcome(pass, expect, error ? shown(error) : value);
}

const shown = (error) =>
  error && {
    code: error.code,
    class: error.class,
    retryable: error.retryable,
    reason: error.reason,
  };

/** Hints are compared by meaning: the ARNs they recommend. */
function hintsFit(expected, reasons) {
  if (expected === undefined) return true;
  const hints = reasons.map((reason) => reason.hint ?? '').join(' ');
  const arns = expected.match(/arn:\S*[^\s.,;)]/g) ?? [];
  return hints !== '' && arns.every((arn) => hints.includes(arn));
}

function allowRules(testCase) {
  const { expect } = testCase;
  const started = process.hrtime.bigint();
  const decision = matchAllowRules(testCase.rules, testCase.identity);
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  const reasons = (decision.reasons ?? []).map(({ rule, code }) => ({ rule, code }));
  const pass =
    decision.allowed === expect.allowed &&
    (expect.allowed
      ? decision.rule === expect.rule
      : same(
          reasons,
          expect.reasons.map(({ rule, code }) => ({ rule, code: kebab(code) })),
        )) &&
    hintsFit(expect.hint, decision.reasons ?? []) &&
    ms <= (testCase.maxMs ?? Number.POSITIVE_INFINITY);
  return outcome(pass, expect, { ...decision, ms });
}

function tokenSpec(testCase) {
  const { expect } = testCase;
  const { token, errors, warnings } = parseToken(parseYaml(testCase.yaml), testCase.options);
  const places = (issues) => issues.map(({ path, code }) => ({ path, code }));
  const wanted = (issues) => (issues ?? []).map(({ path, code }) => ({ path, code: kebab(code) }));
  const pass =
    expect.result === 'ok'
      ? token !== undefined && same(places(warnings), wanted(expect.warnings))
      : token === undefined && same(places(errors), wanted(expect.errors));
  return outcome(pass, expect, { errors: places(errors), warnings: places(warnings) });
}

function stsResponse(testCase) {
  const { expect } = testCase;
  const response = {
    status: testCase.status,
    headers: testCase.headers,
    body: Buffer.from(testCase.body, 'latin1'),
  };
  const { value, error } = attempt(() =>
    parseStsResponse(response, { partition: testCase.hostPartition }),
  );
  if (expect.identity) {
    return outcome(
      value !== undefined && covers(expect.identity, value),
      expect,
      value ?? shown(error),
    );
  }
  const { code, retryable, reason } = expect.error;
  const pass =
    error !== undefined &&
    error.code === kebab(code) &&
    error.retryable === retryable &&
    (reason === undefined || error.reason === kebab(reason));
  return outcome(pass, expect, error ? shown(error) : value);
}

function stsHost(testCase) {
  const { expect } = testCase;
  const { value, error } = attempt(() =>
    classifyStsHost(testCase.host, hostOptions(testCase.options)),
  );
  if (expect.reject)
    return outcome(error?.code === kebab(expect.reject), expect, value ?? shown(error));
  // Members that are only written when true must be absent otherwise.
  const complete = { global: null, dualStack: null, ...expect };
  return outcome(value !== undefined && covers(complete, value), expect, value ?? shown(error));
}

/** Signs the vector's inputs with the client, then recomputes every intermediate text from the bytes. */
async function vector(testCase, file) {
  // Other packages have vectors too.
  if (testCase.challenge === undefined) return undefined;
  const signingDate = new Date(
    testCase.amzDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  const isGlobal = testCase.host === 'sts.amazonaws.com';
  const created = await createJoinRequest({
    challenge: testCase.challenge,
    credentials: {
      accessKeyId: testCase.accessKeyId,
      secretAccessKey: testCase.secretAccessKey,
      sessionToken: testCase.sessionToken ?? undefined,
    },
    region: isGlobal ? 'aws-global' : testCase.region,
    useFipsEndpoint: testCase.host.startsWith('sts-fips.'),
    useDualstackEndpoint: /\.api\.(?:aws|amazonwebservices)/.test(testCase.host),
    audience: testCase.audience ?? undefined,
    binding: testCase.binding ?? undefined,
    challengeHeader: file.context.challengeHeader,
    audienceHeader: file.context.audienceHeader,
    bindingHeader: file.context.bindingHeader,
    signingDate,
  });
  const text = Buffer.from(created.requests[0] ?? []).toString('latin1');
  const got = { request: text, ...intermediateTexts(text, testCase) };
  const expected = Object.fromEntries(Object.keys(got).map((name) => [name, testCase[name]]));
  return outcome(same(got, expected), expected, got);
}

function intermediateTexts(text, { secretAccessKey }) {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const headers = new Map(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
  );
  const authorization = headers.get('authorization') ?? '';
  const [, scope = '', list = '', signature] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(.+)$/.exec(authorization) ?? [];
  const lines = list.split(';').map((name) => `${name}:${headers.get(name)}\n`);
  const sha256 = (data) => createHash('sha256').update(data).digest('hex');
  const hmac = (key, data) => createHmac('sha256', key).update(data).digest();
  const canonicalRequest = `POST\n/\n\n${lines.join('')}\n${list}\n${sha256(body)}`;
  const stringToSign = `AWS4-HMAC-SHA256\n${headers.get('x-amz-date')}\n${scope}\n${sha256(canonicalRequest)}`;
  const key = scope.split('/').reduce(hmac, `AWS4${secretAccessKey}`);
  // A signature that does not fit the bytes shows as a difference to the vector.
  const recomputed = hmac(key, stringToSign).toString('hex');
  return {
    canonicalRequest,
    stringToSign,
    signature: signature === recomputed ? signature : `${signature} (recomputed ${recomputed})`,
    authorization,
  };
}

/** @type {Record<string, import('./run-cases.mjs').Runner>} */
export const groups = {
  'request-valid': request,
  'request-attack': request,
  'allow-rules': allowRules,
  'token-spec': tokenSpec,
  'sts-response': stsResponse,
  'sts-hosts': stsHost,
  vectors: vector,
};
