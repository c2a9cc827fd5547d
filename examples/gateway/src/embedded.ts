import {
  type AwsStandIn,
  createAwsStandIn,
  GUIDE_ACCOUNTS,
  PUBLIC_ADDRESS,
} from '@postern/aws-stand-in';
import type { AwsClientOptions } from './aws-clients.js';
import type { GatewayOptions } from './compose.js';
import { createUpstream } from './upstream.js';

/** An AWS in this process, and what the gateway needs to use it. */
export interface EmbeddedAws {
  readonly aws: AwsStandIn;
  readonly options: AwsClientOptions & Pick<GatewayOptions, 'credentialSource' | 'issuer'>;
  /** Tells it where the documents of our identity provider are served, which their https address only stands for. */
  serveIssuerFrom(url: string): void;
  close(): Promise<void>;
}

/** Starts the stand-in with the accounts of the guides. */
export async function startEmbeddedAws(clock: () => Date): Promise<EmbeddedAws> {
  let documents = '';
  const aws = await createAwsStandIn({
    accounts: GUIDE_ACCOUNTS,
    clock,
    fetch: (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return fetch(`${documents}${pathname}`);
    },
  });
  await aws.listen();
  const keysOf = (arn: string) => {
    const { accessKeyId, secretAccessKey } = aws.credentialsFor(arn);
    return { accessKeyId, secretAccessKey };
  };
  return {
    aws,
    options: {
      credentials: keysOf('arn:aws:iam::123456789012:user/postern-gateway'),
      partitionCredentials: {
        'aws-us-gov': keysOf('arn:aws-us-gov:iam::210987654321:user/postern-gateway'),
        'aws-cn': keysOf('arn:aws-cn:iam::109876543210:user/postern-gateway'),
      },
      credentialSource: 'iam-user',
      region: 'us-east-1',
      upstream: createUpstream(aws.url),
      issuer: PUBLIC_ADDRESS,
    },
    serveIssuerFrom(url) {
      documents = url;
    },
    close: () => aws.close(),
  };
}
