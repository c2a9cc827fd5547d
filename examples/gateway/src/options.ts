import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GatewayError } from './gateway-error.js';

/** Also the table of options: a word in capitals behind a name says that it takes a value. */
export const USAGE = `Usage: gateway [--config DIR] [options]

Without --config DIR: AWS is an imitation inside this process, the resources are those of the guides, and passwords are printed.
With it: the resources of DIR and real AWS, with credentials of the standard provider chain. AWS_REGION selects the partition:
us-gov-west-1 is GovCloud, cn-north-1 is China.

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

/** A mistake of whoever starts the gateway. */
export const wrong = (message: string) => new GatewayError('malformed-request', message);
export const messageOf = (error: unknown) =>
  error instanceof Error ? error.message : String(error);

/** The options of the command line. */
export type Options = ReturnType<typeof readOptions>;

/** @throws GatewayError for an option that there is not */
export function readOptions(args: readonly string[]) {
  const named = [...USAGE.matchAll(/--([a-z-]+)( [A-Z]+)?/g)];
  const table = Object.fromEntries(
    named.map(([, name = '', value]) => [name, { type: value ? 'string' : 'boolean' } as const]),
  );
  const parse = () => parseArgs({ args: [...args], options: table }).values;
  const values = attempt(parse, (why) => `${why.split('. ')[0]}; --help lists the options`);
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    has: (name: string) => values[name] === true,
    text,
    port(name: string, other: number): number {
      const value = text(name) ?? String(other);
      if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
      throw wrong(`--${name} "${value}" is no port: give 0 to 65535`);
    },
    /** An address as it is told to others: http or https, nothing behind the port. */
    address(name: string): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
      throw wrong(`--${name} "${value}" is no address: write https://postern.example.com`);
    },
    /** The text of a file. */
    file(name: string): string | undefined {
      const path = text(name);
      const read = () => (path === undefined ? undefined : readFileSync(path, 'utf8'));
      return attempt(read, (why) => `--${name}: ${path} cannot be read (${why.split(':')[0]})`);
    },
  };
}

/** What an act gives, or what to say of its failure. */
function attempt<T>(act: () => T, say: (why: string) => string): T {
  try {
    return act();
  } catch (error) {
    throw wrong(say(messageOf(error)));
  }
}
