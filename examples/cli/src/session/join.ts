import { findBaseCredentials } from '@postern/gateway/base-credentials';
import { createJoinRequest, encodeJoinRequest, joinBinding } from '@postern/join-iam/client';
import { type Answer, readMoment, readText, readTexts } from '../api/read-answer.js';
import { send } from '../api/send.js';
import type { NewLogin } from '../api/types.js';
import type { CommandInput } from '../command.js';
import { withProgress } from '../terminal/with-progress.js';

/** What a job says about itself. */
export interface IamJoin {
  readonly gateway: string;
  readonly tokenName: string;
  readonly role: string;
  /** Whose STS is asked; `aws-global` for the global endpoint. */
  readonly region: string;
}

/**
 * Joins with an AWS identity: the gateway's challenge is signed into a call that only the holder of the identity can make.
 * Name of the gateway and parameters are signed as well, so that the request is worth nothing anywhere else.
 *
 * @throws GatewayError without credentials, ApiError when the gateway refuses
 */
export async function joinByIam(input: CommandInput, o: IamJoin): Promise<NewLogin> {
  const { credentials } = await findBaseCredentials('to join with');
  const { fetch, signal, clock } = input;
  const api = { gateway: o.gateway, fetch, signal };
  const parameters = { tokenName: o.tokenName, role: o.role };
  return withProgress(input, 'joining', async () => {
    const begun = await send(api, 'POST', '/v1/join/challenge', { parameters });
    const challenge = readText(begun.answer, 'challenge');
    const request = await createJoinRequest({
      challenge,
      audience: new URL(o.gateway).host,
      binding: joinBinding(parameters),
      credentials,
      region: o.region,
      signingDate: clock(),
    });
    const { answer } = await send(api, 'POST', '/v1/join', {
      parameters,
      challenge,
      request: encodeJoinRequest(request),
    });
    return readJoined(answer);
  });
}

/** Joins with a token that is a secret itself. @throws ApiError when the gateway refuses */
export async function joinByToken(
  { fetch, signal }: CommandInput,
  gateway: string,
  token: string,
): Promise<NewLogin> {
  const { answer } = await send({ gateway, fetch, signal }, 'POST', '/v1/join/token', { token });
  return readJoined(answer);
}

function readJoined(answer: Answer): NewLogin {
  return {
    token: readText(answer, 'token'),
    user: typeof answer.user === 'string' ? answer.user : 'bot',
    roles: readTexts(answer, 'roles'),
    expiresAt: readMoment(answer, 'expiresAt'),
  };
}
