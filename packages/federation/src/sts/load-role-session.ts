import { FederationError } from '../errors.js';
import { DEFAULT_AUDIENCE } from '../oidc/token.js';
import type { CredentialSource } from '../session/credential-source.js';
import { resolveSessionDuration } from '../session/duration.js';
import { readRoleArn } from '../support/aws-names.js';
import { saying } from '../support/redact.js';
import { withDeadline } from '../support/with-deadline.js';
import { assumeRole } from './assume-role.js';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js';
import { makeAssumedRole } from './read-assumed-role.js';
import type {
  RoleSessionRequest,
  RoleStep,
  StsContext,
  StsFactory,
  WebIdentity,
} from './role-session-request.js';
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
  getStep: (request: RoleSessionRequest, expired?: AssumedRole) => Promise<AssumedRole>,
): Promise<AssumedRole> {
  const { partition } = readRoleArn(request.roleArn);
  checkWebIdentity(request);
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
  const durations = {
    assumeRole: plan.assumeRoleDurationSeconds,
    webIdentity: plan.assumeRoleWithWebIdentityDurationSeconds,
  };
  const call = async (credentials: AssumedRole | undefined) =>
    send(request, senderFor(settings.sts, contextOf(request, partition, credentials)), {
      durations,
      timeoutMs: settings.timeoutMs,
    });
  const first = before && (await getStep(before));
  const session = await call(first).catch(async (error: unknown) => {
    const isOver = error instanceof FederationError && error.code === 'expired-credentials';
    // Revoked sessions end before their time; the step before is made anew once.
    if (!before || !isOver) throw error;
    return call(await getStep(before, first));
  });
  return withinIdentity(session, request.identityExpires, settings.clock());
}

interface SendOptions {
  readonly durations: {
    readonly assumeRole: number | null | undefined;
    readonly webIdentity: number | undefined;
  };
  readonly timeoutMs: number;
}

function send(request: NamedRequest, sts: StsSender, options: SendOptions): Promise<AssumedRole> {
  const { webIdentity } = request;
  return withDeadline(
    async (signal) => {
      if (!webIdentity) {
        const durationSeconds = options.durations.assumeRole;
        return assumeRole({ ...request, sts, durationSeconds, signal });
      }
      return assumeRoleWithWebIdentity({
        roleArn: request.roleArn,
        roleSessionName: request.roleSessionName,
        policy: request.policy,
        policyArns: request.policyArns,
        webIdentityToken: await issueToken(request, webIdentity),
        durationSeconds: options.durations.webIdentity,
        sts,
        signal,
      });
    },
    { timeoutMs: options.timeoutMs, onTimeout: () => timeoutError(options.timeoutMs) },
  );
}

function contextOf(
  request: RoleSessionRequest,
  partition: StsContext['partition'],
  credentials: AssumedRole | undefined,
): StsContext {
  return { partition, region: request.region, baseIdentity: request.baseIdentity, credentials };
}

/** A token that says what the cache key says. */
async function issueToken(request: NamedRequest, webIdentity: WebIdentity): Promise<string> {
  const { provider, subject, audience = DEFAULT_AUDIENCE } = webIdentity;
  const { identity, sourceIdentity, tags, transitiveTagKeys } = request;
  try {
    return await provider.issueToken({
      subject,
      audience,
      username: identity,
      sourceIdentity,
      tags,
      transitiveTagKeys,
    });
  } catch (error) {
    if (error instanceof FederationError) throw error;
    throw new FederationError({
      code: 'web-identity-token-unavailable',
      message: `The provider of web identity tokens failed${saying(error)}: check its keys and its network.`,
    });
  }
}

/** AssumeRoleWithWebIdentity has no external id; dropping it in silence would lose a safeguard. */
function checkWebIdentity(step: RoleStep): void {
  if (step.webIdentity === undefined || step.externalId === undefined) return;
  throw new FederationError({
    code: 'invalid-argument',
    message:
      'A role that is assumed with a web identity takes no external id: demand the subject in its trust policy instead.',
  });
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
  if (request.webIdentity) {
    throw new FederationError({
      code: 'invalid-argument',
      message:
        'A role after another one is assumed by AssumeRole: give the web identity to the first step.',
    });
  }
  return {
    ...step,
    identity: request.identity,
    identityExpires: request.identityExpires,
    roleSessionName: request.roleSessionName,
    baseIdentity: request.baseIdentity,
    region: request.region,
  };
}

function sourceOf(request: RoleSessionRequest, settings: LoadSettings): CredentialSource {
  if (request.chain?.length) return 'assume-role';
  return request.webIdentity ? 'oidc-direct' : settings.source;
}

function senderFor(sts: StsSender | StsFactory, context: StsContext): StsSender {
  if (typeof sts === 'function') return makeSender(sts, context);
  if (context.credentials === undefined) return sts;
  throw new FederationError({
    code: 'invalid-argument',
    message:
      'A chain of roles needs one STS client per step: give the option sts as a function of its context.',
  });
}

function makeSender(factory: StsFactory, context: StsContext): StsSender {
  try {
    return factory(context);
  } catch (error) {
    if (error instanceof FederationError) throw error;
    throw new FederationError({
      code: 'invalid-argument',
      message: `The option sts made no STS client for partition ${context.partition}${saying(error)}.`,
    });
  }
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

function timeoutError(timeoutMs: number): FederationError {
  return new FederationError({
    code: 'sts-unavailable',
    message: `STS did not answer within ${timeoutMs} ms: check network, endpoint and proxy, or raise the option timeoutMs.`,
  });
}
