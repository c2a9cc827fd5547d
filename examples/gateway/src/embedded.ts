import { createAwsStandIn, GUIDE_ACCOUNTS, PUBLIC_ADDRESS } from '@postern/aws-stand-in';
import { createUpstream } from './upstream.js';

/** Starts an AWS in this process, with the accounts of the guides, and gives what a gateway needs to use it. */
export async function startEmbeddedAws(clock: () => Date) {
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
  const keysOf = (partition: string, account: string) => {
    const user = `arn:${partition}:iam::${account}:user/postern-gateway`;
    const { accessKeyId, secretAccessKey } = aws.credentialsFor(user);
    return { accessKeyId, secretAccessKey };
  };
  return {
    aws,
    options: {
      credentials: keysOf('aws', '123456789012'),
      partitionCredentials: {
        'aws-us-gov': keysOf('aws-us-gov', '210987654321'),
        'aws-cn': keysOf('aws-cn', '109876543210'),
      },
      credentialSource: 'iam-user',
      region: 'us-east-1',
      upstream: createUpstream(aws.url),
      issuer: PUBLIC_ADDRESS,
    } as const,
    /** Tells it where the documents of our identity provider are served, which their https address only stands for. */
    serveIssuerFrom(url: string) {
      documents = url;
    },
    close: () => aws.close(),
  };
}
