import { findBaseCredentials } from '@postern/gateway/base-credentials';
import { createJoinRequest, encodeJoinRequest, joinBinding } from '@postern/join-iam/client';
import { type Answer, readMoment, readText, readTexts } from '../api/read-answer.js';
import { ApiError, send } from '../api/send.js';
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
  const { fetch, sleep, signal, clock } = input;
  const api = { gateway: o.gateway, fetch, sleep, signal };
  const parameters = { tokenName: o.tokenName, role: o.role };
  const fail = (error: unknown) => {
    throw refused(
      error,
      `token "${o.tokenName}", role "${o.role}"`,
      'check that the gateway has the token, that its roles include the role, and that it allows this AWS identity ("aws sts get-caller-identity" shows it)',
    );
  };
  return withProgress(input, 'joining', async () => {
    const begun = await send(api, 'POST', '/v1/join/challenge', { parameters }).catch(fail);
    const challenge = readText(begun.answer, 'challenge');
    const request = await createJoinRequest({
      challenge,
      audience: new URL(o.gateway).host,
      binding: joinBinding(parameters),
      credentials,
      region: o.region,
      signingDate: clock(),
    });
    const whole = { parameters, challenge, request: encodeJoinRequest(request) };
    const { answer } = await send(api, 'POST', '/v1/join', whole).catch(fail);
    return readJoined(answer);
  });
}

/** Joins with a token that is a secret itself. @throws ApiError when the gateway refuses */
export async function joinByToken(
  { fetch, sleep, signal }: CommandInput,
  gateway: string,
  token: string,
): Promise<NewLogin> {
  const api = { gateway, fetch, sleep, signal };
  const { answer } = await send(api, 'POST', '/v1/join/token', { token }).catch((error) => {
    throw refused(error, 'secret token', 'check that it is whole, and that it has not expired');
  });
  return readJoined(answer);
}

/** The gateway tells strangers little, so here stands what is usually wrong. */
function refused(error: unknown, what: string, advice: string): unknown {
  if (!(error instanceof ApiError) || error.status !== 403) return error;
  const { status, code, message } = error;
  const said = `${message.replace(/[.\s]+$/, '')} (${what})`;
  const more = `${advice}; the audit log of the gateway has the reason`;
  return new ApiError(status, code, code === 'join-refused' ? `${said}: ${more}` : said);
}

function readJoined(answer: Answer): NewLogin {
  return {
    token: readText(answer, 'token'),
    user: typeof answer.user === 'string' ? answer.user : 'bot',
    roles: readTexts(answer, 'roles'),
    expiresAt: readMoment(answer, 'expiresAt'),
  };
}
