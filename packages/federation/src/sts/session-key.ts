import { createHash } from 'node:crypto';
import type { RoleSessionRequest } from './role-session-request.js';

/**
 * The cache key of a role session: a JSON list of everything that shapes it, so that no two sessions that AWS
 * would make differently can share an entry, whatever characters their parts hold. Policies enter as hashes to
 * keep keys short.
 */
export function formatSessionKey(request: RoleSessionRequest, roleSessionName: string): string {
  const tags = [...(request.tags ?? [])].sort((a, b) => compare(a.key, b.key));
  return JSON.stringify([
    request.identity,
    request.baseIdentity ?? null,
    request.region ?? null,
    request.roleArn,
    (request.chain ?? []).map((step) => [
      step.roleArn,
      step.externalId ?? null,
      step.webIdentityToken !== undefined,
    ]),
    request.externalId ?? null,
    request.webIdentityToken !== undefined,
    roleSessionName,
    request.sourceIdentity ?? null,
    tags.map((tag) => [tag.key, tag.value]),
    [...(request.transitiveTagKeys ?? [])].sort(compare),
    request.policy === undefined ? null : hash(request.policy),
    [...(request.policyArns ?? [])].sort(compare),
    request.purpose ?? 'api',
    request.requestedSeconds ?? null,
    request.roleMaxSessionSeconds ?? null,
    request.identityExpires?.getTime() ?? null,
  ]);
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
