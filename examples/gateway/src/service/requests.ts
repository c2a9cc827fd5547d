import type { NewRequest, RequestView, Review } from '@postern/portal';
import {
  type AccessRequest,
  type CompiledRole,
  createAccessRequest,
  type RoleSet,
  resolveRequestedRoles,
  reviewAccessRequest,
} from '@postern/rbac';
import { type Grant, type LoginSession, randomId } from '@postern/sign-in';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../gateway-error.js';
import { checkSizes, MIN_SECONDS } from './limits.js';

interface Entry {
  readonly request: AccessRequest;
  readonly app: string | undefined;
  readonly awsRole: string | undefined;
}

const MAX_OF_USER = 100;

/**
 * The access requests since the start. What they may do is decided by rbac; here they are kept.
 *
 * @param o `roleSet`: the roles of a login without those of requests in use, which give no right to review
 */
export function createRequests(o: {
  readonly clock: () => Date;
  readonly catalogue: readonly CompiledRole[];
  readonly roleSet: (login: LoginSession) => RoleSet;
}) {
  const entries = new LRUCache<string, Entry>({ max: 20_000 });
  const isPast = (time = '') => Date.parse(time) <= o.clock().getTime();

  const stateOf = ({ spec, metadata }: AccessRequest): RequestView['state'] => {
    if (spec.state === 'DENIED') return 'denied';
    if (spec.state === 'APPROVED') return isPast(spec.expires) ? 'expired' : 'approved';
    return isPast(metadata.expires) ? 'expired' : 'pending';
  };

  const reviewed = (login: LoginSession, { request }: Entry, { verdict, reason }: Review) =>
    reviewAccessRequest(request, o.roleSet(login), {
      state: verdict === 'approve' ? 'APPROVED' : 'DENIED',
      now: o.clock(),
      reason,
    });

  const view = (login: LoginSession, entry: Entry): RequestView => {
    const { metadata, spec, approval } = entry.request;
    const state = stateOf(entry.request);
    const isPending = state === 'pending';
    return {
      id: metadata.name,
      user: spec.user,
      roles: spec.roles,
      reason: spec.request_reason ?? '',
      app: entry.app,
      awsRole: entry.awsRole,
      state,
      reviews: approval.reviews.map(({ author, state: given, reason = '', created = '' }) => ({
        by: author,
        verdict: given === 'APPROVED' ? 'approve' : 'deny',
        reason,
        at: created,
      })),
      createdAt: spec.created ?? '',
      expiresAt: (isPending ? metadata.expires : spec.expires) ?? '',
      usable: state === 'approved' && spec.user === login.user,
      reviewable: isPending && 'request' in reviewed(login, entry, { verdict: 'approve' }),
    };
  };

  const isPartOf = (login: LoginSession, entry: Entry): boolean => {
    const { spec, approval } = entry.request;
    const people = [spec.user, ...approval.reviews.map(({ author }) => author)];
    return people.includes(login.user) || view(login, entry).reviewable;
  };

  /** Whoever has no part in a request learns nothing of it, not even that there is one. */
  const find = (login: LoginSession, id: string): Entry => {
    const entry = entries.peek(id);
    if (entry && isPartOf(login, entry)) return entry;
    const message = `There is no access request "${id}" of yours or for you to review.`;
    throw new GatewayError('not-found', message);
  };

  /** Keeps no more than so many of a person: what is decided gives way. */
  const makeRoom = ({ user }: LoginSession) => {
    const own = [...entries.values()].filter(({ request }) => request.spec.user === user);
    if (own.length < MAX_OF_USER) return;
    const over = own.findLast(({ request }) => ['denied', 'expired'].includes(stateOf(request)));
    if (!over)
      throw new GatewayError('conflict', 'You have too many open requests: withdraw some.');
    entries.delete(over.request.metadata.name);
  };

  return {
    /** Own ones and those one may review, newest first. */
    list: (login: LoginSession): readonly RequestView[] =>
      [...entries.values()]
        .filter((entry) => isPartOf(login, entry))
        .map((entry) => view(login, entry)),
    get: (login: LoginSession, id: string) => view(login, find(login, id)),
    create(login: LoginSession, wanted: NewRequest) {
      const { roles, reason, app, awsRole, durationSeconds } = wanted;
      checkSizes(wanted);
      if (durationSeconds !== undefined && !(durationSeconds >= MIN_SECONDS)) {
        const message = `Ask for at least 15 minutes (${MIN_SECONDS} seconds): AWS gives no shorter session.`;
        throw new GatewayError('malformed-request', message);
      }
      makeRoom(login);
      const name = randomId();
      const result = createAccessRequest(o.roleSet(login), {
        name,
        roles,
        catalogue: o.catalogue,
        now: o.clock(),
        reason,
        wantedMs: durationSeconds && durationSeconds * 1000,
        sessionExpires: login.expiresAt,
      });
      if ('error' in result) {
        const code = result.error === 'not-allowed' ? 'not-allowed' : 'malformed-request';
        throw new GatewayError(code, result.message);
      }
      const entry = { request: result.request, app, awsRole };
      entries.set(name, entry);
      return view(login, entry);
    },
    review(login: LoginSession, id: string, review: Review) {
      checkSizes(review);
      const entry = find(login, id);
      if (stateOf(entry.request) !== 'pending') {
        throw new GatewayError('conflict', 'The request is decided or over.');
      }
      const result = reviewed(login, entry, review);
      if ('error' in result) throw new GatewayError('not-allowed', result.message);
      const next = { ...entry, request: result.request };
      entries.set(id, next);
      return view(login, next);
    },
    /** What its owner gets from now on. */
    grant(login: LoginSession, id: string): Grant {
      const { request } = find(login, id);
      const roles = resolveRequestedRoles(request, o.clock());
      if (request.spec.user === login.user && roles.length > 0) {
        return { id, roles, expiresAt: new Date(request.spec.expires ?? 0) };
      }
      const state = stateOf(request);
      const fix = state === 'pending' ? 'it can be used once it is approved' : 'ask again';
      const isOthers = state === 'approved';
      const message = isOthers ? 'Only who asked can use it.' : `The request is ${state}: ${fix}.`;
      throw new GatewayError('not-allowed', message);
    },
    withdraw(login: LoginSession, id: string): void {
      const { request } = find(login, id);
      if (request.spec.user !== login.user || stateOf(request) !== 'pending') {
        const message = 'Only an own request can be withdrawn, while it is pending.';
        throw new GatewayError('not-allowed', message);
      }
      entries.delete(id);
    },
  };
}
