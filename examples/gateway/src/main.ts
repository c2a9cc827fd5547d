#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError, type Token } from '@postern/config';
import { isPublishedRegion, tryResolvePartition } from '@postern/config/aws';
import { hashPassword, Refusal, randomSecret } from '@postern/sign-in';
import { type Directory, loadDirectory } from './directory.js';
import { parseObject } from './http/fields.js';
import { messageOf, type Options, readOptions, USAGE, wrong } from './options.js';
import { createUpstream, isLoopback } from './upstream.js';

const say = (line: string) => process.stdout.write(`${line}\n`);
const warn = (line: string) => process.stderr.write(`gateway: ${line}\n`);
const clock = () => new Date();

/** Name → hash, where there is a file. */
function usersOf(options: Options): ReadonlyMap<string, string> | undefined {
  const text = options.file('users');
  if (text === undefined) return undefined;
  const users = parseObject(text);
  if (users) return new Map(Object.entries(users).map(([name, hash]) => [name, String(hash)]));
  const path = options.text('users');
  throw wrong(`--users: ${path} must be a JSON object such as {"alice": "$scrypt$…"}`);
}

/** Passwords for the users of the documents, which people are to try out; jobs have none. */
function demoUsers(directory: Directory, password: string | undefined) {
  const names = [...directory.users.keys()].filter((name) => !name.startsWith('bot-'));
  return Promise.all(
    names.map(async (name) => {
      const chosen = password ?? randomSecret().slice(0, 12);
      return { name, password: chosen, hash: await hashPassword(chosen) };
    }),
  );
}

function oidcOf(options: Options, directory: Directory) {
  const issuer = options.text('oidc-issuer');
  const name = options.text('oidc-connector') ?? (issuer && [...directory.connectors.keys()][0]);
  if (name === undefined) return undefined;
  const connector = directory.connectors.get(name);
  if (!connector)
    throw wrong(`the resources have no oidc connector "${name}": add one, it maps claims to roles`);
  const { issuer_url, client_id, client_secret } = connector.spec;
  return {
    connector,
    issuer: issuer ?? issuer_url,
    clientId: options.text('oidc-client-id') ?? client_id,
    clientSecret: options.file('oidc-client-secret-file')?.trim() ?? client_secret,
  };
}

/** Somebody must be able to come in. What is certainly a mistake ends the start; what may be meant is told. */
function checkPeople({ users, tokens }: Directory, names: readonly string[], hasOidc: boolean) {
  const unknown = names.filter((name) => !users.has(name)).join('", "');
  if (unknown) {
    throw wrong(`--users: the resources have no user "${unknown}": add one, or take the line away`);
  }
  if (names.length > 0 || hasOidc) return;
  const fix = 'give --users FILE, or --oidc-connector NAME';
  if (tokens.size === 0) throw wrong(`nobody could sign in: ${fix}`);
  warn(`jobs can join, but no person can sign in: ${fix}`);
}

/** A secret token for jobs, good for an hour, as `tokens add --ttl=1h` of the guides makes one. */
function withJoinToken(directory: Directory, name: string): Directory {
  const expires = new Date(clock().getTime() + 3_600_000).toISOString();
  const token: Token = {
    kind: 'token',
    version: 'v2',
    metadata: { name, expires },
    spec: { roles: ['Bot'], bot_name: 'ci', join_method: 'token' },
  };
  return { ...directory, tokens: new Map([...directory.tokens, [name, token]]) };
}

/** Real AWS, with whatever credentials this machine has. */
async function realAws() {
  const { findBaseCredentials } = await import('./base-credentials.js');
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;
  if (region !== undefined && !tryResolvePartition(region)) {
    throw wrong(`AWS_REGION "${region}" is no region of AWS: set one such as us-east-1`);
  }
  if (region !== undefined && !isPublishedRegion(region)) {
    warn(`AWS_REGION "${region}" is in no list that is known here: it is new, or mistyped`);
  }
  return { ...(await findBaseCredentials()), region };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.has('help')) return void process.stdout.write(USAGE);
  if (options.has('hash-password')) {
    return void say(await hashPassword(readFileSync(0, 'utf8').replace(/\r?\n$/, '')));
  }
  const addresses = {
    host: options.text('host') ?? '127.0.0.1',
    port: options.port('port', 8080),
    proxyPort: options.port('proxy-port', 8081),
    endpointPort: options.port('endpoint-port', 8082),
    publicAddress: options.address('public-address'),
    proxyAddress: options.address('proxy-address'),
    endpointAddress: options.address('endpoint-address'),
    trustProxy: options.has('trust-proxy'),
  };
  const { host, publicAddress } = addresses;
  if (publicAddress === undefined && !isLoopback(host)) {
    throw wrong(
      `--host ${host} is not this machine alone: say with --public-address what others call it`,
    );
  }
  const config = options.text('config');
  const demoPassword = options.text('demo-password');
  if (config !== undefined && demoPassword !== undefined) {
    throw wrong('--demo-password is for the embedded AWS only: give --users FILE');
  }
  const relay = options.text('upstream');
  const upstream = relay ? { upstream: createUpstream(relay) } : {};
  const given = usersOf(options);
  const folder = config ?? fileURLToPath(new URL('../resources', import.meta.url));
  const loaded = await loadDirectory(folder, { cwd: process.cwd() });
  const oidc = oidcOf(options, loaded);
  if (config !== undefined || given) {
    checkPeople(loaded, [...(given?.keys() ?? [])], oidc !== undefined);
  }
  // Loaded only now, so that help and mistakes are told at once.
  const { startGateway } = await import('./start-gateway.js');
  const isEmbedded = config === undefined;
  const embedded = isEmbedded && (await (await import('./embedded.js')).startEmbeddedAws(clock));
  const joinToken = embedded ? randomSecret() : undefined;
  const people = embedded && !given ? await demoUsers(loaded, demoPassword) : [];
  const file = options.text('audit-file');
  const onProblem = (error: unknown) => void warn(messageOf(error));
  const { openAuditFile } = await import('@postern/portal');
  const audit = file === undefined ? undefined : await openAuditFile(file, { onProblem });
  const toStderr = (line: string) => void process.stderr.write(`${line}\n`);
  const running = await startGateway({
    ...(embedded ? embedded.options : await realAws()),
    ...upstream,
    ...addresses,
    directory: joinToken ? withJoinToken(loaded, joinToken) : loaded,
    clock,
    users: given ?? new Map(people.map(({ name, hash }) => [name, hash])),
    oidc,
    writeAudit: audit?.write ?? (embedded ? () => {} : toStderr),
    auditProblem: audit?.problem,
    onProblem,
  });
  if (embedded) embedded.serveIssuerFrom(running.localUrl);
  const { publicAddress: portal, proxyUrl: proxy, endpointUrl: endpoint } = running.info;
  if (portal.startsWith('http:') && !isLoopback(new URL(portal).hostname)) {
    warn('the public address is not https, so passwords travel in clear: put TLS in front');
  }
  const stop = async () => {
    await running.close();
    if (embedded) await embedded.close();
    await audit?.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  if (options.has('json')) {
    const users = Object.fromEntries(people.map(({ name, password }) => [name, password]));
    return void say(JSON.stringify({ portal, proxy, endpoint, users, joinToken }));
  }
  say(`Postern is open at ${portal}`);
  say(`  HTTPS_PROXY       ${proxy}`);
  say(`  AWS_ENDPOINT_URL  ${endpoint}`);
  if (people.length > 0) say('\nSign in as one of:');
  for (const { name, password } of people) say(`  ${name.padEnd(16)}  ${password}`);
  say('\nNext, in another terminal:');
  const someone = people[0]?.name ?? given?.keys().next().value;
  say(`  pnpm -s postern login --gateway ${portal} ${someone ? `--user ${someone}` : '--browser'}`);
  say('  pnpm -s postern apps ls');
  if (joinToken) say(`\nA job joins with this token within the hour:\n  ${joinToken}`);
}

// The SDK's note about coming Node versions is true, but not what people start the gateway for.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// Whoever reads what is printed may go; the gateway stays.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  await main();
} catch (error) {
  const expected = error instanceof Refusal || error instanceof ConfigError;
  const stack = error instanceof Error ? error.stack : error;
  process.stderr.write(`gateway: ${expected ? messageOf(error) : stack}\n`);
  // The embedded AWS may be listening already.
  process.exit(1);
}
