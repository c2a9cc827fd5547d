import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AwsStandIn,
  GUIDE_ACCOUNTS as accounts,
  createAwsStandIn,
  PUBLIC_ADDRESS,
} from '@postern/aws-stand-in';
import { createSigningKeyRing, generateSigningKey } from '@postern/federation/oidc';
import {
  type AuditRecord,
  createGateway,
  createUpstream,
  type Directory,
  type Gateway,
  loadDirectory,
} from '@postern/gateway';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createLocalProxy, type LocalProxy, writeCaBundle } from '@postern/sigv4-proxy/node';

/** Everything that the story takes place in: AWS, the gateway, its listeners, and what was written down. */
export interface World {
  readonly aws: AwsStandIn;
  readonly directory: Directory;
  readonly gateway: Gateway;
  readonly listeners: LocalProxy;
  /** PEM of the local authority, for clients that take it as an option. */
  readonly ca: string;
  readonly caBundle: string;
  readonly audit: readonly AuditRecord[];
  /** Every value so far that must never appear in an audit line or on the screen. */
  secrets(): readonly string[];
  close(): Promise<void>;
}

/**
 * Builds the world; nothing outside this process and loopback is touched.
 *
 * @param resources the folder of the resource documents
 */
export async function createWorld(resources: string, clock: () => Date): Promise<World> {
  const directory = await loadDirectory(resources, { cwd: resources });
  // Web identity tokens are checked against documents that the stand-in fetches from the gateway.
  let gateway: Gateway | undefined;
  const aws = await createAwsStandIn({
    accounts,
    clock,
    fetch: async (input, init) =>
      gateway?.oidc?.fetch(new Request(input, init)) ?? new Response(null, { status: 404 }),
  });
  await aws.listen();

  const audit: AuditRecord[] = [];
  const keys = createSigningKeyRing({ keys: [await generateSigningKey()], clock });
  const base = keysOf(aws, 'arn:aws:iam::123456789012:user/postern-gateway');
  gateway = createGateway({
    directory,
    clock,
    credentials: base,
    partitionCredentials: {
      'aws-us-gov': keysOf(aws, 'arn:aws-us-gov:iam::210987654321:user/postern-gateway'),
      'aws-cn': keysOf(aws, 'arn:aws-cn:iam::109876543210:user/postern-gateway'),
    },
    credentialSource: 'iam-user',
    region: 'us-east-1',
    publicAddress: PUBLIC_ADDRESS,
    signingKeys: keys,
    upstream: createUpstream(aws.url),
    onAudit: (event) => audit.push(event),
  });

  const ca = await createLocalCa({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'postern-demo-'));
  const bundle = writeCaBundle(ca, { directory: folder });
  const listeners = await createLocalProxy({ proxy: gateway.proxy, ca });
  const running = gateway;
  return {
    aws,
    directory,
    gateway: running,
    listeners,
    ca: ca.trustedCertificates(),
    caBundle: bundle.path,
    audit,
    secrets: () => [
      ...accounts.flatMap(({ id, partition = 'aws', users = [] }) =>
        users.map(
          ({ name }) => keysOf(aws, `arn:${partition}:iam::${id}:user/${name}`).secretAccessKey,
        ),
      ),
      ...aws
        .issuedCredentials()
        .flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
    ],
    async close() {
      await listeners.close({ graceMs: 1000 });
      await running.close();
      await aws.close();
      bundle.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function keysOf(aws: AwsStandIn, arn: string) {
  const { accessKeyId, secretAccessKey } = aws.credentialsFor(arn);
  return { accessKeyId, secretAccessKey };
}
