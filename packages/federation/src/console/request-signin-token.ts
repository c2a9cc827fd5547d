import type { AwsCredentialIdentity } from '@smithy/types';
import { FederationError } from '../errors.js';
import { abortedError, withDeadline } from '../support/with-deadline.js';
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
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
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
  return withDeadline((signal) => exchange(q, signal), {
    timeoutMs: q.timeoutMs,
    signal: q.signal,
    onTimeout: () => unreachable('did not answer within the time limit'),
  });
}

async function exchange(q: SigninTokenExchange, signal: AbortSignal): Promise<SigninTokenAnswer> {
  let { method, sessionDurationSeconds } = q;
  let attempts = 1;
  for (;;) {
    const request = signinTokenRequest({ ...q, method, sessionDurationSeconds });
    const sent = request.method === 'GET' ? 'GET' : 'POST';
    const sentSessionDuration = sessionDurationSeconds !== undefined;
    try {
      const response = await send(q, request, signal);
      const { credentials } = q;
      return {
        signinToken: await processSigninTokenResponse(response, {
          sentSessionDuration,
          credentials,
        }),
        durationIgnored: q.sessionDurationSeconds !== undefined && !sentSessionDuration,
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

async function send(
  q: SigninTokenExchange,
  request: Request,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await q.fetch(request, { signal });
  } catch {
    // A fresh error without cause: those of HTTP clients hold the address, and GET puts the credentials there.
    throw unreachable('cannot be reached');
  }
}

function unreachable(what: string): FederationError {
  return new FederationError({
    code: 'federation-unreachable',
    message: `The AWS sign-in endpoint ${what}: check the network and the proxy settings of this service.`,
  });
}
