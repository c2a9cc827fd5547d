import {
  type DurationPlan,
  resolveSessionDuration,
  type SessionDurationQuery,
} from '../session/duration.js';
import { formatRoleSessionName } from '../session/role-session-name.js';
import { checkExternalId } from '../sts/check-parameters.js';
import { readRoleArn } from '../support/aws-names.js';
import { type ConsolePage, resolveConsoleDestination } from './destination.js';
import { resolveFederationEndpoint } from './federation-endpoint.js';
import { checkIssuer } from './login-url.js';
import { signinMethod } from './signin-token.js';

/** What would be done for a user. */
export interface ConsolePlanQuery extends SessionDurationQuery {
  readonly username: string;
  readonly roleArn: string;
  /** See createConsoleSession. Default: none. */
  readonly region?: string | undefined;
  /** See createConsoleSession. Default: console home. */
  readonly destination?: string | ConsolePage | undefined;
  /** See createConsoleSession. Default: none. */
  readonly issuer?: string | undefined;
  /** See assumeRole. Default: none. */
  readonly externalId?: string | undefined;
  /** Default: by partition. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Default false. */
  readonly allowInferredHosts?: boolean | undefined;
}

/** Every step of a console login before any of it happens, without a secret: also the external id is not shown. */
export interface ConsolePlan {
  readonly partition: string;
  readonly roleSessionName: string;
  readonly duration: DurationPlan;
  readonly endpoint: string;
  readonly method: 'GET' | 'POST';
  readonly destination: string;
  /** The steps in words, in their order. */
  readonly steps: readonly string[];
}

/**
 * Plans a console login without any call: all refusals of input show up here as they would in the real thing, and the
 * steps say what would be sent where. The partition is that of the role.
 *
 * @throws {@link FederationError} the codes of formatRoleSessionName, resolveSessionDuration, resolveConsoleDestination
 *   and resolveFederationEndpoint; `malformed-arn`, `not-a-role-arn`, `invalid-external-id`, `invalid-issuer`
 */
export function planConsoleSession(q: ConsolePlanQuery): ConsolePlan {
  const roleSessionName = formatRoleSessionName(q.username);
  const { partition } = readRoleArn(q.roleArn);
  checkExternalId(q.externalId);
  if (q.issuer) checkIssuer(q.issuer);
  const { region, allowInferredHosts, useFipsEndpoint } = q;
  const page = typeof q.destination === 'string' ? { url: q.destination } : q.destination;
  const destination = resolveConsoleDestination({
    ...(page ?? { service: 'home' }),
    partition,
    region,
    allowInferredHosts,
  });
  const endpoint = resolveFederationEndpoint({ partition, region, useFipsEndpoint });
  const method = q.method ?? signinMethod(partition);
  const duration = resolveSessionDuration({ ...q, purpose: 'console' });
  return {
    partition,
    roleSessionName,
    duration,
    endpoint,
    method,
    destination,
    steps: [
      sessionStep(q, roleSessionName, duration),
      `getSigninToken: ${method} ${endpoint}, ${orNot('SessionDuration', duration.sessionDurationSeconds)}`,
      `login: ${endpoint} with destination ${destination}${q.issuer ? ` and issuer ${q.issuer}` : ''}, valid for 15 minutes`,
    ],
  };
}

function sessionStep(q: ConsolePlanQuery, name: string, plan: DurationPlan): string {
  const externalId = q.externalId === undefined ? '' : ', with an external id';
  const calls: readonly (readonly [string, number | null | undefined])[] = [
    ['GetFederationToken', plan.federationTokenDurationSeconds],
    ['AssumeRoleWithWebIdentity', plan.assumeRoleWithWebIdentityDurationSeconds],
    ['CreateSession of Roles Anywhere', plan.createSessionDurationSeconds],
  ];
  const [call, seconds] = calls.find(([, value]) => value !== undefined) ?? [
    'AssumeRole',
    plan.assumeRoleDurationSeconds,
  ];
  return `${call}: ${q.roleArn} as ${name}${externalId}, ${orNot('DurationSeconds', seconds)}`;
}

function orNot(parameter: string, seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined
    ? `${parameter} not sent`
    : `${parameter} ${seconds}`;
}
