import type { CreateJoinRequestOptions } from '../../src/client/index.js';
import { createJoinRequest } from '../../src/client/index.js';
import {
  createMemoryChallengeStore,
  JoinIamError,
  parseToken,
  type StsResponse,
  type StsTransport,
  type Token,
  type VerifyJoinRequestOptions,
} from '../../src/server/index.js';

/** The constant clock of all tests. */
export const NOW = new Date('2026-01-15T12:00:00Z');

export const CREDENTIALS = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN//////////wEaCXVzLWVhc3QtMSJHMEUCIQDjoiniamEXAMPLE==',
};

export const PARAMETERS = { tokenName: 'iam-token', role: 'Node', nodeName: 'node-1' };

export const CHALLENGE = 'EOT7qksbgjF-MTo8MNBuDG8Pl2T388-TAAsLD_R8KGA';

export const GUIDE_TOKEN = {
  kind: 'token',
  version: 'v2',
  metadata: { name: 'iam-token' },
  spec: {
    roles: ['Node'],
    join_method: 'iam',
    allow: [
      { aws_account: '111111111111' },
      { aws_account: '222222222222' },
      {
        aws_account: '333333333333',
        aws_arn: 'arn:aws:sts::333333333333:assumed-role/teleport-node-role/i-*',
      },
    ],
  },
};

/** A checked token; fails loudly when the document is not one. */
export function tokenOf(document: unknown = GUIDE_TOKEN, options = {}): Token {
  const { token, errors } = parseToken(document, options);
  if (!token) throw new Error(`not a token: ${JSON.stringify(errors)}`);
  return token;
}

/** What STS says about the identity of most tests. */
export const IDENTITY = {
  Account: '333333333333',
  Arn: 'arn:aws:sts::333333333333:assumed-role/teleport-node-role/i-0123456789abcdef0',
  UserId: 'AROAEXAMPLEEXAMPLE12:i-0123456789abcdef0',
};

export function identityResponse(identity: object = IDENTITY): StsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': 'request-1' },
    body: Buffer.from(
      JSON.stringify({
        GetCallerIdentityResponse: {
          GetCallerIdentityResult: identity,
          ResponseMetadata: { RequestId: 'request-1' },
        },
      }),
    ),
  };
}

export function errorResponse(status: number, code: string, message = ''): StsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ Error: { Code: code, Message: message, Type: 'Sender' } })),
  };
}

/** Answers with the given responses in turn, the last one for ever; an Error is thrown. */
export function scriptedTransport(...answers: (StsResponse | Error)[]) {
  const hosts: string[] = [];
  const transport: StsTransport = async (request) => {
    const answer = answers[Math.min(hosts.length, answers.length - 1)];
    hosts.push(request.host);
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    return answer;
  };
  return { transport, hosts };
}

/** One whole join up to the point where the server verifies. */
export async function startJoin(client: Partial<CreateJoinRequestOptions> = {}) {
  const store = createMemoryChallengeStore();
  const challenge = await store.issue(PARAMETERS, NOW);
  const request = await createJoinRequest({
    challenge,
    credentials: CREDENTIALS,
    region: 'eu-central-1',
    signingDate: NOW,
    ...client,
  });
  const options = {
    token: tokenOf(),
    store,
    parameters: PARAMETERS,
    challenge,
    clock: () => NOW,
    transport: scriptedTransport(identityResponse()).transport,
    retryDelayMs: () => 0,
  } satisfies VerifyJoinRequestOptions;
  return { request, options, store, challenge };
}

/** The error of ours with which something is refused. */
export async function refusal(promise: Promise<unknown>): Promise<JoinIamError> {
  const error = await promise.then(
    () => new Error('was not refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof JoinIamError) return error;
  throw error;
}
