import { type AwsStandIn, createAwsStandIn, GUIDE_ACCOUNTS } from '@postern/aws-stand-in';
import { loadDirectory } from '@postern/gateway';
import { hashPassword } from '@postern/sign-in';
import {
  type RunningGateway,
  type StartOptions,
  startGateway,
} from '../../../gateway/src/start-gateway.js';
import { createUpstream } from '../../../gateway/src/upstream.js';
import { resources } from './run.js';
import { root } from './world.js';

/** Where the gateway's identity provider is reached, as far as AWS knows. */
export const ISSUER = 'https://postern.example.com';
export const PASSWORD = 'correct horse battery staple';
/** A secret token that jobs join with. */
export const JOIN_TOKEN = 'a-join-token-that-is-a-secret';

/** What `setup aws-oidc --format json` prints, as far as AWS has to know it. */
export interface SetUp {
  readonly provider: { readonly Url: string; readonly ClientIDList: readonly string[] };
  readonly role: { readonly roleName: string };
  // biome-ignore lint/suspicious/noExplicitAny: documents as AWS takes them; the stand-in checks them
  readonly trustPolicy: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly inlinePolicies: readonly { readonly document: any }[];
}

/** A gateway and its AWS. */
export interface RealGateway {
  readonly aws: AwsStandIn;
  /** The one that runs now. */
  readonly gateway: RunningGateway;
  /** Starts it anew where it was; it must have been closed. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The gateway with the documents of the demo, and an AWS whose integration is set up by the documents we print. */
export async function startRealGateway(setUp: SetUp): Promise<RealGateway> {
  let documents = '';
  const aws = await createAwsStandIn({
    accounts: GUIDE_ACCOUNTS.map((account) =>
      account.id !== '123456789012'
        ? account
        : {
            ...account,
            oidcProviders: [{ url: setUp.provider.Url, clientIds: setUp.provider.ClientIDList }],
            roles: [
              ...(account.roles ?? []).filter(({ name }) => name !== setUp.role.roleName),
              {
                name: setUp.role.roleName,
                trust: setUp.trustPolicy,
                policies: setUp.inlinePolicies.map(({ document }) => document),
              },
            ],
          },
    ),
    fetch: (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return fetch(`${documents}${pathname}`);
    },
  });
  await aws.listen();
  const { accessKeyId, secretAccessKey } = aws.credentialsFor(
    'arn:aws:iam::123456789012:user/postern-gateway',
  );
  const directory = await loadDirectory(`${root}${resources}`, { cwd: root });
  const users = new Map(
    await Promise.all(
      ['alice', 'bob', 'carol'].map(async (name) => [name, await hashPassword(PASSWORD)] as const),
    ),
  );
  const begin = (ports: Pick<StartOptions, 'port' | 'proxyPort' | 'endpointPort'>) =>
    startGateway({
      ...ports,
      directory: {
        ...directory,
        tokens: new Map([
          ...directory.tokens,
          [
            JOIN_TOKEN,
            {
              kind: 'token',
              version: 'v2',
              metadata: { name: JOIN_TOKEN },
              spec: { roles: ['Bot'], bot_name: 'ci', join_method: 'token' },
            },
          ],
        ]),
      },
      clock: () => new Date(),
      host: '127.0.0.1',
      users,
      writeAudit: () => {},
      credentials: { accessKeyId, secretAccessKey },
      credentialSource: 'iam-user',
      region: 'us-east-1',
      upstream: createUpstream(aws.url),
      issuer: ISSUER,
    });
  let gateway = await begin({ port: 0, proxyPort: 0, endpointPort: 0 });
  documents = gateway.localUrl;
  const portOf = (url: string) => Number(new URL(url).port);
  return {
    aws,
    get gateway() {
      return gateway;
    },
    async restart() {
      const { localUrl, info } = gateway;
      gateway = await begin({
        port: portOf(localUrl),
        proxyPort: portOf(info.proxyUrl),
        endpointPort: portOf(info.endpointUrl),
      });
    },
    async close() {
      await gateway.close();
      await aws.close();
    },
  };
}
