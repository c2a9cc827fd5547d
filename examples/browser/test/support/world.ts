import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { hashPassword } from '@postern/sign-in';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { loadDirectory } from '../../../gateway/src/directory.js';
import { startEmbeddedAws } from '../../../gateway/src/embedded.js';
import { type StartOptions, startGateway } from '../../../gateway/src/start-gateway.js';

/** A running gateway with its embedded AWS, and that AWS behind TLS for the browser. */
export interface World {
  readonly url: string;
  readonly proxyUrl: string;
  readonly caCertificate: string;
  /** Where the hosts of AWS are served over TLS. */
  readonly awsPort: number;
  readonly password: string;
  /** What the gateway reported as broken inside. */
  readonly problems: readonly unknown[];
  close(): Promise<void>;
}

export const RESOURCES = fileURLToPath(new URL('../../../gateway/resources', import.meta.url));
const PASSWORD = 'correct horse battery';

/** @param more options of the gateway that a test is about */
export async function startWorld(more: Partial<StartOptions> = {}): Promise<World> {
  const clock = () => new Date();
  const directory = more.directory ?? (await loadDirectory(RESOURCES, { cwd: RESOURCES }));
  const aws = await startEmbeddedAws(clock);
  const hash = await hashPassword(PASSWORD);
  const problems: unknown[] = [];
  const gateway = await startGateway({
    ...aws.options,
    clock,
    host: '127.0.0.1',
    port: 0,
    proxyPort: 0,
    endpointPort: 0,
    users: new Map([...directory.users.keys()].map((name) => [name, hash])),
    writeAudit: () => {},
    onProblem: (problem) => problems.push(problem),
    ...more,
    directory,
  });
  aws.serveIssuerFrom(gateway.localUrl);

  // A browser speaks TLS to the sign-in hosts. Which certificate it sees is not what is tested.
  const ca = await createLocalCa({ clock });
  const { certificate, privateKey } = await ca.issue('localhost');
  const front = createServer({ cert: certificate, key: privateKey }, async (secure) => {
    const host = secure.servername || 'signin.aws.amazon.com';
    const behind = await aws.options.upstream?.connect({ host, port: 443 });
    if (!behind) return secure.destroy();
    for (const socket of [secure, behind]) {
      socket.on('error', () => {
        secure.destroy();
        behind.destroy();
      });
    }
    return secure.pipe(behind).pipe(secure);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = front.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return {
    url: gateway.localUrl,
    proxyUrl: gateway.info.proxyUrl,
    caCertificate: gateway.info.caCertificate,
    awsPort: address.port,
    password: PASSWORD,
    problems,
    async close() {
      front.close();
      await gateway.close();
      await aws.close();
    },
  };
}
