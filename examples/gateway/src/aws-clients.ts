import { STSClient } from '@aws-sdk/client-sts';
import { getPartition, type PartitionName, resolvePartition } from '@postern/config/aws';
import { resolveServiceEndpoint } from '@postern/config/endpoints';
import type { StsFactory } from '@postern/federation';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { fetch as undiciFetch } from 'undici';
import type { Upstream } from './upstream.js';

/** How the gateway itself reaches AWS. */
export interface AwsClientOptions {
  /** The base credentials, with which roles are assumed. */
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Base credentials of other partitions, which share no identity with the first. Default: none. */
  readonly partitionCredentials?:
    | Readonly<
        Partial<Record<PartitionName, AwsCredentialIdentity | AwsCredentialIdentityProvider>>
      >
    | undefined;
  /** Region of the STS endpoint where the role's partition has it. Default: the home region of the partition. */
  readonly region?: string | undefined;
  readonly upstream?: Upstream | undefined;
}

/** STS clients for the partition of each role; one is kept for each region of the base credentials. */
export function createStsFactory(o: AwsClientOptions): StsFactory {
  const clients = new Map<string, STSClient>();
  const create = (region: string, credentials: AwsClientOptions['credentials']) =>
    new STSClient({
      region,
      credentials,
      // Said explicitly: AWS_ENDPOINT_URL in our own environment may well point at this very proxy.
      endpoint: resolveServiceEndpoint({ service: 'sts', region }).url,
      maxAttempts: 3,
      ...(o.upstream
        ? { requestHandler: new NodeHttpHandler({ httpsAgent: o.upstream.agent }) }
        : {}),
    });
  return ({ partition, region: wanted, credentials }) => {
    const region = wanted ?? stsRegion(partition, o.region);
    if (credentials) return create(region, credentials);
    const known = clients.get(region);
    if (known) return known;
    const client = create(region, o.partitionCredentials?.[partition] ?? o.credentials);
    clients.set(region, client);
    return client;
  };
}

/** The region of STS for a partition: the configured one if it lies in it, else the partition's home. */
export function stsRegion(partition: PartitionName, configured: string | undefined): string {
  if (configured !== undefined && resolvePartition(configured).name === partition)
    return configured;
  return getPartition(partition).implicitGlobalRegion;
}

/** `fetch` towards AWS sign-in, through the upstream when there is one. */
export function createFetch(upstream: Upstream | undefined): typeof globalThis.fetch {
  if (!upstream) return globalThis.fetch;
  const dispatched: unknown = (input: string | URL | Request, init?: RequestInit) =>
    sendWith(upstream, input, init);
  // The two declare the same web types in different modules.
  return dispatched as typeof globalThis.fetch;
}

async function sendWith(upstream: Upstream, input: string | URL | Request, init?: RequestInit) {
  const request = new Request(input, init);
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  const response = await undiciFetch(request.url, {
    method: request.method,
    headers: [...request.headers],
    redirect: request.redirect,
    signal: request.signal,
    dispatcher: upstream.dispatcher,
    ...(body === undefined ? {} : { body }),
  });
  return new Response(new Uint8Array(await response.arrayBuffer()), {
    status: response.status,
    headers: [...response.headers],
  });
}
