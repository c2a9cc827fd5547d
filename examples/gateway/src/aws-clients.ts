import { STSClient } from '@aws-sdk/client-sts';
import { getPartition, type PartitionName, resolvePartition } from '@postern/config/aws';
import { resolveServiceEndpoint } from '@postern/config/endpoints';
import type { StsFactory } from '@postern/federation';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { LRUCache } from 'lru-cache';
import { fetch as undiciFetch } from 'undici';
import type { Upstream } from './upstream.js';

type Credentials = AwsCredentialIdentity | AwsCredentialIdentityProvider;

/** How the gateway itself reaches AWS. */
export interface AwsClientOptions {
  /** The base credentials, with which roles are assumed. */
  readonly credentials: Credentials;
  /** Base credentials of other partitions, which share no identity with the first. Default: none. */
  readonly partitionCredentials?: Readonly<Partial<Record<PartitionName, Credentials>>> | undefined;
  /** Region of the STS endpoint where the role's partition has it. Default: the home region of the partition. */
  readonly region?: string | undefined;
  readonly upstream?: Upstream | undefined;
}

/** STS clients for the partition of each role: those of the base credentials, and of chained calls, as far as in use. */
export function createStsFactory(o: AwsClientOptions): StsFactory {
  const clients = new LRUCache<string, STSClient>({ max: 100 });
  // Shared, so that a client which is forgotten leaves no connection behind.
  const requestHandler = new NodeHttpHandler(o.upstream ? { httpsAgent: o.upstream.agent } : {});
  return ({ partition, region: wanted, credentials: chained }) => {
    const region = wanted ?? stsRegion(partition, o.region);
    const key = `${region} ${chained?.accessKeyId ?? ''}`;
    const known = clients.get(key);
    if (known) return known;
    const client = new STSClient({
      region,
      credentials: chained ?? o.partitionCredentials?.[partition] ?? o.credentials,
      // Said explicitly: AWS_ENDPOINT_URL in our own environment may well point at this very proxy.
      endpoint: resolveServiceEndpoint({ service: 'sts', region }).url,
      maxAttempts: 3,
      requestHandler,
    });
    clients.set(key, client);
    return client;
  };
}

/** The region of STS for a partition: the configured one if it lies in it, else the partition's home. */
export function stsRegion(partition: PartitionName, configured: string | undefined): string {
  const isOurs = configured !== undefined && resolvePartition(configured).name === partition;
  return isOurs ? configured : getPartition(partition).implicitGlobalRegion;
}

/** `fetch` towards AWS sign-in, through the upstream when there is one. */
export function createFetch(upstream: Upstream | undefined): typeof globalThis.fetch {
  if (!upstream) return globalThis.fetch;
  const { dispatcher } = upstream;
  const dispatched: unknown = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const { url, method, redirect, signal } = request;
    const headers = [...request.headers];
    return undiciFetch(url, { method, headers, body, redirect, signal, dispatcher });
  };
  // The two declare the same web types in different modules.
  return dispatched as typeof globalThis.fetch;
}
