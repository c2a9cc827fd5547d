import { FederationError } from '../errors.js';
import type { CredentialSource } from '../session/credential-source.js';
import { resolveSessionDuration } from '../session/duration.js';
import { readRoleArn } from '../support/aws-names.js';
import { withDeadline } from '../support/with-deadline.js';
import { assumeRole } from './assume-role.js';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js';
import { makeAssumedRole } from './read-assumed-role.js';
import type { RoleSessionRequest, StsFactory } from './role-session-request.js';
import type { AssumedRole, StsSender } from './types.js';

/** What loading needs besides the request. */
export interface LoadSettings {
  readonly sts: StsSender | StsFactory;
  readonly source: CredentialSource;
  readonly hasSessionToken: boolean | undefined;
  readonly clock: () => Date;
  readonly timeoutMs: number;
}

type NamedRequest = RoleSessionRequest & { readonly roleSessionName: string };

/** One role before the target. */
const LONGEST_CHAIN = 1;

/**
 * Makes one role session by STS, going through the role before it if there is one.
 *
 * @param getStep - gives the credentials of the role before, from the cache
 */
export async function loadRoleSession(
  request: NamedRequest,
  settings: LoadSettings,
  getStep: (request: RoleSessionRequest) => Promise<AssumedRole>,
): Promise<AssumedRole> {
  const { partition } = readRoleArn(request.roleArn);
  const before = stepBefore(request);
  const now = settings.clock();
  const plan = resolveSessionDuration({
    source: sourceOf(request, settings),
    hasSessionToken: settings.hasSessionToken,
    purpose: request.purpose ?? 'api',
    requestedSeconds: request.requestedSeconds,
    roleMaxSessionSeconds: request.roleMaxSessionSeconds,
    identityExpiresInSeconds:
      request.identityExpires && (request.identityExpires.getTime() - now.getTime()) / 1000,
  });
  const credentials = before && (await getStep(before));
  const sts = senderFor(settings.sts, {
    partition,
    region: request.region,
    baseIdentity: request.baseIdentity,
    credentials,
  });
  const { webIdentityToken } = request;
  const session = await withDeadline(
    async (signal) => {
      if (!webIdentityToken) {
        const durationSeconds = plan.assumeRoleDurationSeconds ?? undefined;
        return assumeRole({ ...request, sts, durationSeconds, signal });
      }
      return assumeRoleWithWebIdentity({
        roleArn: request.roleArn,
        roleSessionName: request.roleSessionName,
        policy: request.policy,
        policyArns: request.policyArns,
        webIdentityToken: await webIdentityToken(),
        durationSeconds: plan.assumeRoleWithWebIdentityDurationSeconds,
        sts,
        signal,
      });
    },
    { timeoutMs: settings.timeoutMs, onTimeout: timeoutError },
  );
  return withinIdentity(session, request.identityExpires, settings.clock());
}

function stepBefore(request: NamedRequest): RoleSessionRequest | undefined {
  const chain = request.chain ?? [];
  const arns = [...chain.map((step) => step.roleArn), request.roleArn];
  if (new Set(arns).size !== arns.length) {
    throw new FederationError({
      code: 'cyclic-role-chain',
      message: 'The chain of roles names the same role twice: a role cannot lead to itself.',
    });
  }
  if (chain.length > LONGEST_CHAIN) {
    throw new FederationError({
      code: 'role-chain-too-long',
      message:
        'The chain has more than two roles in all: let the first role trust the service itself.',
    });
  }
  const step = chain[0];
  if (!step) return undefined;
  if (request.webIdentityToken) {
    throw new FederationError({
      code: 'invalid-argument',
      message:
        'A role after another one is assumed by AssumeRole: give the token to the first step.',
    });
  }
  return {
    identity: request.identity,
    identityExpires: request.identityExpires,
    roleArn: step.roleArn,
    roleSessionName: request.roleSessionName,
    externalId: step.externalId,
    webIdentityToken: step.webIdentityToken,
    baseIdentity: request.baseIdentity,
    region: request.region,
  };
}

function sourceOf(request: RoleSessionRequest, settings: LoadSettings): CredentialSource {
  if (request.chain?.length) return 'assume-role';
  return request.webIdentityToken ? 'oidc-direct' : settings.source;
}

function senderFor(sts: StsSender | StsFactory, context: Parameters<StsFactory>[0]): StsSender {
  if (typeof sts === 'function') return sts(context);
  if (context.credentials === undefined) return sts;
  throw new FederationError({
    code: 'invalid-argument',
    message:
      'A chain of roles needs one STS client per step: give the option sts as a function of its context.',
  });
}

/** The end that callers see is never after the end of the login, whatever the clock of AWS made of it. */
function withinIdentity(session: AssumedRole, end: Date | undefined, now: Date): AssumedRole {
  if (session.expiration.getTime() <= now.getTime()) {
    throw new FederationError({
      code: 'invalid-response',
      message: 'STS gave credentials that are already over: check the clock of this machine.',
    });
  }
  if (!end || session.expiration.getTime() <= end.getTime()) return session;
  return makeAssumedRole({ ...session, expiration: new Date(end) });
}

function timeoutError(): FederationError {
  return new FederationError({
    code: 'sts-unavailable',
    message: 'STS did not answer within the time limit.',
  });
}
