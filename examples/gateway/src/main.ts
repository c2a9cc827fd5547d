#!/usr/bin/env node
import { createWriteStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ConfigError, type Token } from '@postern/config';
import { hashPassword, Refusal, randomSecret } from '@postern/sign-in';
import { type Directory, loadDirectory } from './directory.js';
import { GatewayError } from './gateway-error.js';
import { createUpstream, isLoopback } from './upstream.js';

const USAGE = `Usage: gateway [--config DIR] [options]

Without --config: AWS is an imitation inside this process, the resources are those of the guides, and passwords are printed.
With --config DIR: the resources of DIR and real AWS, with credentials of the standard provider chain. AWS_REGION selects the
partition: us-gov-west-1 is GovCloud, cn-north-1 is China.

  --port N              portal and API, default 8080; 0 takes any free port, here and below
  --proxy-port N        listener for HTTPS_PROXY, default 8081
  --endpoint-port N     listener for AWS_ENDPOINT_URL, default 8082
  --host ADDRESS        address to listen on, default 127.0.0.1
  --public-address URL  what browsers and AWS call the portal, such as https://postern.example.com
  --proxy-address URL   what clients are told for HTTPS_PROXY when it stands behind something
  --endpoint-address URL  the same for AWS_ENDPOINT_URL: https, with the port that clients name
  --trust-proxy         a proxy of ours stands in front: take the client's address from X-Forwarded-For
  --users FILE          JSON object of local users: name → hash; --hash-password makes hashes
  --hash-password       read a password from standard input, print its hash, and end
  --demo-password TEXT  one password for all users of the documents, instead of printed random ones (embedded AWS only)
  --oidc-connector NAME sign in through this oidc connector of the resources
  --oidc-issuer URL, --oidc-client-id ID, --oidc-client-secret-file FILE   instead of what the connector says
  --upstream URL        send everything for AWS there, for tests and relays
  --audit-file FILE     append the audit events as JSON lines; default standard error, or nowhere with embedded AWS
  --json                print one line of JSON once it listens
  --help
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: text,
        port: { ...text, default: '8080' },
        'proxy-port': { ...text, default: '8081' },
        'endpoint-port': { ...text, default: '8082' },
        host: { ...text, default: '127.0.0.1' },
        'public-address': text,
        'proxy-address': text,
        'endpoint-address': text,
        'trust-proxy': flag,
        users: text,
        'hash-password': flag,
        'demo-password': text,
        'oidc-connector': text,
        'oidc-issuer': text,
        'oidc-client-id': text,
        'oidc-client-secret-file': text,
        upstream: text,
        'audit-file': text,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw wrong(`${messageOf(error).split('. ')[0]}; --help lists the options`);
  }
}

type Options = ReturnType<typeof readArguments>;

const wrong = (message: string) => new GatewayError('malformed-request', message);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const say = (line: string) => process.stdout.write(`${line}\n`);
const clock = () => new Date();

function portOf(values: Options, name: 'port' | 'proxy-port' | 'endpoint-port'): number {
  const port = Number(values[name]);
  if (/^\d{1,5}$/.test(values[name]) && port <= 65_535) return port;
  throw wrong(`--${name} "${values[name]}" is no port: give 0 to 65535`);
}

/** An address as it is told to others: http or https, nothing behind the port. */
function addressOf(values: Options, name: 'public-address' | 'proxy-address' | 'endpoint-address') {
  const value = values[name];
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw wrong(`--${name} "${value}" is no address: write https://postern.example.com`);
}

function upstreamOf(url: string) {
  try {
    return createUpstream(url);
  } catch (error) {
    throw wrong(`--upstream: ${messageOf(error)}`);
  }
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(`${option}: ${path} cannot be read (${messageOf(error).split(':')[0]})`);
  }
}

function readUsers(path: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(readText(path, '--users'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return new Map(Object.entries(value).map(([name, hash]) => [name, String(hash)]));
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error;
  }
  throw wrong(`--users: ${path} must be a JSON object such as {"alice": "$scrypt$…"}`);
}

/** Passwords for the users of the documents, which people are to try out; jobs have none. */
async function demoUsers(directory: Directory, password: string | undefined) {
  const names = [...directory.users.keys()].filter((name) => !name.startsWith('bot-'));
  return Promise.all(
    names.map(async (name) => {
      const chosen = password ?? randomSecret().slice(0, 12);
      return { name, password: chosen, hash: await hashPassword(chosen) };
    }),
  );
}

function oidcOf(values: Options, directory: Directory) {
  const name =
    values['oidc-connector'] ?? (values['oidc-issuer'] && [...directory.connectors.keys()][0]);
  if (name === undefined) return undefined;
  const connector = directory.connectors.get(name);
  if (!connector)
    throw wrong(`the resources have no oidc connector "${name}": add one, it maps claims to roles`);
  const { issuer_url, client_id, client_secret } = connector.spec;
  const file = values['oidc-client-secret-file'];
  return {
    connector,
    issuer: values['oidc-issuer'] ?? issuer_url,
    clientId: values['oidc-client-id'] ?? client_id,
    clientSecret:
      file === undefined ? client_secret : readText(file, '--oidc-client-secret-file').trim(),
  };
}

async function main(): Promise<void> {
  const values = readArguments(process.argv.slice(2));
  if (values.help) return void process.stdout.write(USAGE);
  if (values['hash-password']) {
    return void say(await hashPassword(readFileSync(0, 'utf8').replace(/\r?\n$/, '')));
  }
  const ports = {
    port: portOf(values, 'port'),
    proxyPort: portOf(values, 'proxy-port'),
    endpointPort: portOf(values, 'endpoint-port'),
  };
  const publicAddress = addressOf(values, 'public-address');
  const proxyAddress = addressOf(values, 'proxy-address');
  const endpointAddress = addressOf(values, 'endpoint-address');
  if (publicAddress === undefined && !isLoopback(values.host)) {
    throw wrong(
      `--host ${values.host} is not this machine alone: say with --public-address what others call it`,
    );
  }
  if (values.config !== undefined && values['demo-password'] !== undefined) {
    throw wrong('--demo-password is for the embedded AWS only: give --users FILE');
  }
  const upstream = values.upstream ? { upstream: upstreamOf(values.upstream) } : {};
  const given = values.users === undefined ? undefined : readUsers(values.users);
  const folder = values.config ?? fileURLToPath(new URL('../resources', import.meta.url));
  const loaded = await loadDirectory(folder, { cwd: process.cwd() });
  const oidc = oidcOf(values, loaded);
  // Loaded only now, so that help and mistakes are told at once.
  const { startGateway } = await import('./start-gateway.js');
  const embedded =
    values.config === undefined
      ? await (await import('./embedded.js')).startEmbeddedAws(clock)
      : undefined;
  const joinToken = embedded && randomSecret();
  const directory = joinToken ? withJoinToken(loaded, joinToken) : loaded;
  const people =
    embedded && given === undefined ? await demoUsers(directory, values['demo-password']) : [];
  const users = given ?? new Map(people.map(({ name, hash }) => [name, hash]));
  const file = values['audit-file'];
  const audit =
    file === undefined ? process.stderr : createWriteStream(file, { flags: 'a', mode: 0o600 });
  const running = await startGateway({
    ...(embedded?.options ?? {
      ...(await (await import('./base-credentials.js')).findBaseCredentials()),
      region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined,
    }),
    ...upstream,
    directory,
    clock,
    host: values.host,
    ...ports,
    publicAddress,
    proxyAddress,
    endpointAddress,
    trustProxy: values['trust-proxy'],
    users,
    oidc,
    writeAudit: embedded && !file ? () => {} : (line) => audit.write(`${line}\n`),
    onProblem: (error) => process.stderr.write(`gateway: ${messageOf(error)}\n`),
  });
  embedded?.serveIssuerFrom(running.localUrl);
  const { info } = running;
  if (/^http:/.test(info.publicAddress) && !isLoopback(new URL(info.publicAddress).hostname)) {
    process.stderr.write(
      'gateway: the public address is not https, so passwords travel in clear: put TLS in front\n',
    );
  }
  const stop = async () => {
    await running.close();
    await embedded?.close();
    if (file !== undefined) await new Promise<void>((done) => audit.end(done));
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  if (values.json) {
    const passwords = Object.fromEntries(people.map(({ name, password }) => [name, password]));
    const { publicAddress: portal, proxyUrl: proxy, endpointUrl: endpoint } = info;
    say(JSON.stringify({ portal, proxy, endpoint, users: passwords, joinToken }));
    return;
  }
  say(`Postern is open at ${info.publicAddress}`);
  say(`  HTTPS_PROXY       ${info.proxyUrl}`);
  say(`  AWS_ENDPOINT_URL  ${info.endpointUrl}`);
  if (people.length > 0) say('\nSign in as one of:');
  for (const { name, password } of people) say(`  ${name.padEnd(16)}  ${password}`);
  say('\nNext, in another terminal:');
  say(
    `  pnpm -s postern login --gateway ${info.publicAddress} --user ${people[0]?.name ?? 'NAME'}`,
  );
  say('  pnpm -s postern apps ls');
  if (joinToken) say(`\nA job joins with this token within the hour:\n  ${joinToken}`);
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

// The SDK's note about coming Node versions is true, but not what people start the gateway for.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
try {
  await main();
} catch (error) {
  const expected = error instanceof Refusal || error instanceof ConfigError;
  process.stderr.write(
    `gateway: ${expected ? messageOf(error) : error instanceof Error ? error.stack : error}\n`,
  );
  // The embedded AWS may be listening already.
  process.exit(1);
}
