import type { AwsCredentialIdentity } from '@smithy/types';
import { FederationError } from '../errors.js';
import { abortedError } from '../support/with-deadline.js';
import {
  processSigninTokenResponse,
  type SigninTokenQuery,
  signinTokenRequest,
} from './signin-token.js';

/** The exchange with everything injected. */
export interface SigninTokenExchange extends SigninTokenQuery {
  readonly credentials: AwsCredentialIdentity;
  readonly fetch: (request: Request, init?: RequestInit) => Promise<Response>;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** The token and how it was got. */
export interface SigninTokenAnswer {
  readonly signinToken: string;
  readonly durationIgnored: boolean;
  readonly method: 'GET' | 'POST';
}

const MOST_ATTEMPTS = 3;
const BACK_OFF_MS = 200;

/**
 * Sends getSigninToken: up to three attempts while the endpoint is unavailable, once more without SessionDuration
 * after a 400, once more with GET where POST is not served (404 or 405). Transport failures are not repeated.
 */
export async function requestSigninToken(q: SigninTokenExchange): Promise<SigninTokenAnswer> {
  const { signal } = q;
  const asked = q.sessionDurationSeconds ?? undefined;
  let { method } = q;
  let sessionDurationSeconds = asked;
  let attempts = 1;
  for (;;) {
    const request = signinTokenRequest({ ...q, method, sessionDurationSeconds });
    const sent = request.method === 'GET' ? 'GET' : 'POST';
    const sentSessionDuration = sessionDurationSeconds !== undefined;
    try {
      const response = await send(q, request);
      const { credentials } = q;
      return {
        signinToken: await processSigninTokenResponse(response, {
          sentSessionDuration,
          credentials,
        }),
        durationIgnored: asked !== undefined && !sentSessionDuration,
        method: sent,
      };
    } catch (error) {
      if (!(error instanceof FederationError) || signal.aborted) throw error;
      if (error.code === 'federation-unavailable' && attempts < MOST_ATTEMPTS) {
        const milliseconds = BACK_OFF_MS * 2 ** (attempts - 1) * (0.5 + q.random());
        attempts += 1;
        await q.sleep(milliseconds, signal).catch(() => {
          throw abortedError();
        });
      } else if (error.retryWithoutDuration === true) {
        sessionDurationSeconds = undefined;
      } else if (sent === 'POST' && (error.status === 404 || error.status === 405)) {
        method = 'GET';
      } else {
        throw error;
      }
    }
  }
}

async function send(q: SigninTokenExchange, request: Request): Promise<Response> {
  try {
    const response = await q.fetch(request, { signal: q.signal });
    if (typeof response?.status === 'number') return response;
    throw unreachable('gave no answer through the function fetch');
  } catch (error) {
    if (error instanceof FederationError) throw error;
    // A fresh error without cause: those of HTTP clients hold the address, and GET puts the credentials there.
    throw unreachable('cannot be reached');
  }
}

/** The error of an endpoint without an answer. */
export function unreachable(what: string): FederationError {
  return new FederationError({
    code: 'federation-unreachable',
    message: `The AWS sign-in endpoint ${what}: check the network and the proxy settings of this service.`,
  });
}
