import { inspect } from 'node:util';
import * as federation from '@postern/federation';
import * as oidc from '@postern/federation/oidc';
import * as policy from '@postern/federation/policy';
import { outcome, subset } from './compare.mjs';

const { FederationError } = federation;

/** @type {Record<string, import('./run-cases.mjs').Runner>} */
export const groups = {
  'signin-url': (testCase) => byKind(signinUrl, testCase),
  'oidc-discovery': (testCase) => byKind(oidcDiscovery, testCase),

  async duration({ input, expect }) {
    if (input.kind === 'session') {
      const { kind, ...query } = input;
      return settle(expect, () => {
        const { why, ...plan } = federation.resolveSessionDuration(query);
        return plan;
      });
    }
    if (input.purpose !== 'own') return undefined;
    return settle(expect, () => ({
      seconds: federation.resolveSessionDuration({
        source: 'unknown',
        purpose: 'api',
        hasSessionToken: input.baseTemporary,
        identityExpiresInSeconds: input.identityRemaining ?? undefined,
        requestedSeconds: input.requested ?? undefined,
        roleMaxSessionSeconds: input.roleMax ?? undefined,
      }).effectiveSeconds,
    }));
  },

  async 'session-ttl'({ kind, identitySeconds, temporaryCredentials, expect }) {
    if (kind !== 'federation') return undefined;
    return settle(expect, () => ({
      seconds: federation.resolveSessionDuration({
        source: 'unknown',
        hasSessionToken: temporaryCredentials,
        identityExpiresInSeconds: identitySeconds,
      }).effectiveSeconds,
    }));
  },

  async 'session-name'({ input, expect }) {
    const { username, ...options } = input;
    return settle(expect, () => ({
      sessionName: federation.formatRoleSessionName(username, options),
    }));
  },

  async destination({ input, expect }) {
    const { urlRepeat: repeat, ...query } = input;
    if (repeat) query.url = repeat.prefix + repeat.char.repeat(repeat.count);
    return settle(expect, () => ({ url: federation.resolveConsoleDestination(query) }));
  },

  async 'policy-doc'({ input, expect }) {
    const { builder, ...query } = input;
    const build = builders[builder];
    if (!build) return outcome(expect, `no builder ${builder}`);
    // The order of members counts, so texts are compared.
    const sameText = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    return settle(expect, () => build(query), sameText);
  },
};

const signinUrl = {
  'federation-endpoint': ({ partition, region, useFips }) => ({
    url: federation.resolveFederationEndpoint({ partition, region, useFipsEndpoint: useFips }),
  }),
  async 'get-signin-token-request'({ useFips, now, ...query }) {
    const request = federation.signinTokenRequest({
      ...query,
      credentials: withDate(query.credentials),
      useFipsEndpoint: useFips,
      now: new Date(now ?? 0),
    });
    const body = request.method === 'GET' ? null : await request.text();
    return {
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body,
      params: paramsOf(body ?? new URL(request.url).search),
    };
  },
  'login-url'(query) {
    const url = federation.formatLoginUrl(query);
    return { url: url.href, params: paramsOf(url.search) };
  },
  'logout-url': (query) => ({ url: federation.formatLogoutUrl(query).href }),
  'logout-login-url': (query) => ({ url: federation.formatLogoutUrl(query).href }),
  'parse-response': async ({ sentSessionDuration, ...response }) => ({
    signinToken: await federation.processSigninTokenResponse(responseOf(response), {
      sentSessionDuration,
    }),
  }),
  async redaction({ credentials, transportError, response, partition = 'aws', ...more }, expect) {
    const send = async () => {
      if (response === undefined) throw new Error(transportError);
      return responseOf(response);
    };
    try {
      await federation.createConsoleSession({
        ...more,
        partition,
        credentials: withDate(credentials),
        fetch: send,
        sleep: async () => undefined,
        clock: () => new Date(0),
      });
      return { error: 'none' };
    } catch (error) {
      const texts = [
        error.message,
        String(error),
        error.stack,
        JSON.stringify(error),
        inspect(error, { depth: null, showHidden: true }),
      ].join('\n');
      const forbidden = expect.mustNotContain ?? [];
      return {
        ...errorView(error),
        mustNotContain: forbidden.filter((text) => !texts.includes(text)),
      };
    }
  },
  'session-name': ({ username, ...options }) => ({
    roleSessionName: federation.formatRoleSessionName(username, options),
  }),
  'firefox-container': (query) => ({ url: federation.formatFirefoxContainerUri(query) }),
  'credential-process': ({ credentials }) => ({
    json: JSON.parse(federation.formatCredentials(withDate(credentials), 'process')),
  }),
};

const oidcDiscovery = {
  async document({ publicAddress, standardClaimsName }) {
    const { issuer, warnings } = oidc.issuerFromPublicAddress(publicAddress);
    const provider = await providerOf({ issuer, standardClaimsName });
    return {
      document: provider.discovery(),
      path: provider.paths.discovery,
      ...present({ warnings }),
    };
  },
  issuer({ publicAddress }) {
    const { issuer, warnings } = oidc.issuerFromPublicAddress(publicAddress);
    return { issuer, ...present({ warnings }) };
  },
  's3-issuer'({ uri, ...options }) {
    const { issuer, warnings } = oidc.issuerFromS3Uri(uri, options);
    return { issuer, ...present({ warnings }) };
  },
  'provider-arn': (query) => ({ arn: oidc.formatProviderArn(query) }),
  async claims({ issuer, nowSeconds, ...query }, expect) {
    const provider = await providerOf({ issuer, clock: () => new Date(nowSeconds * 1000) });
    const [header, claims] = (await provider.issueToken(query)).split('.').slice(0, 2).map(decode);
    const names = (expect.headerHas ?? []).filter((name) => Object.hasOwn(header, name));
    return { header, headerHas: names, claims };
  },
  jwks: ({ publicKeysPem }) => oidc.jwksFromPublicKeys(publicKeysPem),
  thumbprint: ({ chainBase64Der }) => ({
    thumbprint: oidc.thumbprintOfChain(chainBase64Der.map((der) => Buffer.from(der, 'base64'))),
  }),
  'assume-role-with-web-identity': ({ username, token, ...query }) =>
    federation.assumeRoleWithWebIdentityParams({
      ...query,
      roleSessionName: federation.formatRoleSessionName(username),
      webIdentityToken: token,
    }),
  async 'response-headers'({ path }) {
    const provider = await providerOf({ issuer: 'https://issuer.example.com' });
    const send = (method) => provider.fetch(new Request(provider.issuer + path, { method }));
    const methods = [];
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if ((await send(method)).ok) methods.push(method);
    }
    return { headers: Object.fromEntries((await send('GET')).headers), methods };
  },
  'create-provider': (query) => ({ params: oidc.createProviderParams(query) }),
};

const document = (build) => (query) => ({ document: build(query).document });
const builders = {
  'trust.service': document(policy.trustService),
  'trust.eksServiceAccount': document(policy.trustEksServiceAccount),
  'trust.role': document(policy.trustRole),
  'trust.accountRoot': document(policy.trustAccountRoot),
  'trust.oidcProvider': document(policy.trustOidcProvider),
  'trust.rolesAnywhere': document(policy.trustRolesAnywhere),
  'permission.assumeRoles': document(policy.permissionAssumeRoles),
  'permission.assumeTaggedRoles': document(policy.permissionAssumeTaggedRoles),
  'tags.integration': (query) => ({ document: policy.tagsIntegration(query) }),
  'tags.targetRole': ({ existing, tags }) => ({
    document: policy.tagsTargetRole({ existing: existing ?? tags }),
  }),
  'document.parse': ({ text }) => ({ document: policy.parsePolicy(text) }),
  'document.ensure': (query) => ({
    document: policy.ensureStatement(query.document, query.add),
  }),
  'document.remove': (query) => ({
    document: policy.removeStatement(query.document, query.remove) ?? null,
  }),
  'document.equals': (query) => {
    const [a, b] = Object.values(query)
      .filter((value) => typeof value === 'object')
      .flat();
    return { equal: policy.policiesEqual(a, b) };
  },
};

async function byKind(kinds, { input, expect }) {
  const { kind, ...query } = input;
  const run = kinds[kind];
  if (!run) return outcome(expect, `no kind ${kind}`);
  return settle(expect, () => run(query, expect));
}

/** Runs a case: an error becomes its view, and only the members that the case names are compared. */
async function settle(expect, run, same) {
  let got;
  try {
    got = await run();
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    got = errorView(error);
    if (Object.hasOwn(expect, 'reject')) got = { reject: error.code };
    if (expect.error === true) got.error = true;
  }
  return outcome(expect, got, (wanted, found) => sameMembers(wanted, found, same));
}

const exact = (a, b) => outcome(a, b).pass;

function sameMembers(wanted, found, same = exact) {
  // A result that names an error, warnings or limits that the case does not name differs.
  const unnamed = ['error', 'warnings', ...PLAN].some(
    (name) => found?.[name] !== undefined && !Object.hasOwn(wanted, name),
  );
  return (
    !unnamed &&
    Object.keys(wanted).every((name) => {
      if (name === 'match' || name === 'why') return true;
      if (name === 'headers' || name === 'header') return subset(wanted[name], found?.[name]);
      if (wanted.match === 'subset') return subset(wanted[name], found?.[name]);
      return same(wanted[name], found?.[name]);
    })
  );
}

/** The members of a duration plan; all of them count. */
const PLAN = [
  'chained',
  'effectiveSeconds',
  'sessionDurationSeconds',
  'assumeRoleDurationSeconds',
  'federationTokenDurationSeconds',
  'assumeRoleWithWebIdentityDurationSeconds',
  'createSessionDurationSeconds',
];

function errorView({ code, status, suggestions, retryWithoutDuration }) {
  return { error: code, ...present({ status, suggestions, retryWithoutDuration }) };
}

function present(members) {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value?.length !== 0),
  );
}

function withDate({ expiration, ...credentials }) {
  return expiration === undefined
    ? credentials
    : { ...credentials, expiration: new Date(expiration) };
}

/** Decoded as a server does, where a plus is a blank. */
function paramsOf(text) {
  return Object.fromEntries(new URLSearchParams(text));
}

function responseOf({ status, contentType = 'text/plain', body, bodyBytes }) {
  const text = bodyBytes === undefined ? (body ?? '') : 'x'.repeat(bodyBytes);
  const bodyless = [101, 204, 205, 304].includes(status);
  return new Response(bodyless ? null : text, { status, headers: { 'content-type': contentType } });
}

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

let ring;
async function providerOf(options) {
  ring ??= oidc.createSigningKeyRing({ keys: [await oidc.generateSigningKey()] });
  return oidc.createOidcProvider({ ...options, keys: ring });
}
