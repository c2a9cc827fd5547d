import { createHash } from 'node:crypto';
import { DEFAULT_AUDIENCE } from '../oidc/token.js';
import type { RoleSessionRequest, RoleStep } from './role-session-request.js';

/**
 * The cache key of a role session: a JSON list of everything that shapes it, so that no two sessions that AWS
 * would make differently can share an entry, whatever characters their parts hold. Policies enter as hashes to
 * keep keys short.
 */
export function formatSessionKey(request: RoleSessionRequest, roleSessionName: string): string {
  return JSON.stringify([
    request.identity,
    request.baseIdentity ?? null,
    request.region ?? null,
    stepKey(request),
    (request.chain ?? []).map(stepKey),
    roleSessionName,
    request.policy === undefined ? null : hash(request.policy),
    [...(request.policyArns ?? [])].sort(compare),
    request.purpose ?? 'api',
    request.requestedSeconds ?? null,
    request.roleMaxSessionSeconds ?? null,
    request.identityExpires?.getTime() ?? null,
  ]);
}

function stepKey(step: RoleStep): unknown {
  const { webIdentity, tags = [], transitiveTagKeys = [] } = step;
  return [
    step.roleArn,
    step.externalId ?? null,
    step.sourceIdentity ?? null,
    [...tags].sort((a, b) => compare(a.key, b.key)).map(({ key, value }) => [key, value]),
    [...transitiveTagKeys].sort(compare),
    webIdentity === undefined
      ? null
      : [
          webIdentity.provider.issuer,
          webIdentity.subject,
          webIdentity.audience ?? DEFAULT_AUDIENCE,
        ],
  ];
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
