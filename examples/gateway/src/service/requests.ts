import {
  type AccessRequest,
  type CompiledRole,
  createAccessRequest,
  type RoleSet,
  resolveRequestedRoles,
  reviewAccessRequest,
} from '@postern/rbac';
import { randomSecret } from '@postern/sign-in';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../gateway-error.js';
import type { LoginSession, RequestView } from '../service.js';
import type { Grant } from './logins.js';

/** The access requests since the start. What they may do is decided by rbac; here they are kept. */
export interface Requests {
  list(login: LoginSession): readonly RequestView[];
  get(login: LoginSession, id: string): RequestView;
  create(login: LoginSession, wanted: WantedRoles): RequestView;
  review(login: LoginSession, id: string, review: Review): RequestView;
  /** What its owner gets from now on. */
  grant(login: LoginSession, id: string): Grant;
  withdraw(login: LoginSession, id: string): void;
}

interface WantedRoles {
  readonly roles: readonly string[];
  readonly reason: string;
  readonly app?: string | undefined;
  readonly awsRole?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

interface Review {
  readonly verdict: 'approve' | 'deny';
  readonly reason?: string | undefined;
}

interface Entry {
  readonly request: AccessRequest;
  readonly app: string | undefined;
  readonly awsRole: string | undefined;
}

const MAX_OF_USER = 100;
const MAX_TEXT = 1_000;

/** @param o `roleSet`: the roles of a login without those of requests in use, which give no right to review */
export function createRequests(o: {
  readonly clock: () => Date;
  readonly catalogue: readonly CompiledRole[];
  readonly roleSet: (login: LoginSession) => RoleSet;
}): Requests {
  const entries = new LRUCache<string, Entry>({ max: 20_000 });
  const { clock } = o;
  const isPast = (time: string | undefined) => Date.parse(time ?? '') <= clock().getTime();

  const stateOf = ({ spec, metadata }: AccessRequest): RequestView['state'] => {
    if (spec.state === 'APPROVED') return isPast(spec.expires) ? 'expired' : 'approved';
    if (spec.state === 'DENIED') return 'denied';
    return isPast(metadata.expires) ? 'expired' : 'pending';
  };

  const reviewed = (login: LoginSession, { request }: Entry, { verdict, reason }: Review) =>
    reviewAccessRequest(request, o.roleSet(login), {
      state: verdict === 'approve' ? 'APPROVED' : 'DENIED',
      now: clock(),
      reason,
    });

  const view = (login: LoginSession, entry: Entry): RequestView => {
    const { metadata, spec, approval } = entry.request;
    const state = stateOf(entry.request);
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
      expiresAt: (state === 'pending' ? metadata.expires : spec.expires) ?? '',
      usable: state === 'approved' && spec.user === login.user,
      reviewable:
        state === 'pending' && 'request' in reviewed(login, entry, { verdict: 'approve' }),
    };
  };

  /** Whoever has no part in a request learns nothing of it, not even that there is one. */
  const find = (login: LoginSession, id: string): Entry => {
    const entry = entries.peek(id);
    if (entry && isPartOf(login, entry)) return entry;
    throw new GatewayError(
      'not-found',
      `There is no access request "${id}" of yours or for you to review.`,
    );
  };

  const isPartOf = (login: LoginSession, entry: Entry): boolean => {
    const { spec, approval } = entry.request;
    if (spec.user === login.user) return true;
    return (
      approval.reviews.some(({ author }) => author === login.user) || view(login, entry).reviewable
    );
  };

  return {
    list: (login) =>
      [...entries.values()]
        .filter((entry) => isPartOf(login, entry))
        .map((entry) => view(login, entry)),
    get: (login, id) => view(login, find(login, id)),
    create(login, { roles, reason, app, awsRole, durationSeconds }) {
      if ([reason, ...roles].some((text) => text.length > MAX_TEXT) || roles.length > 20) {
        throw new GatewayError(
          'malformed-request',
          'Ask for at most 20 roles, with a reason of at most 1,000 characters.',
        );
      }
      const own = [...entries.values()].filter(({ request }) => request.spec.user === login.user);
      if (own.length >= MAX_OF_USER) {
        const over = own.findLast(({ request }) =>
          ['denied', 'expired'].includes(stateOf(request)),
        );
        if (!over)
          throw new GatewayError('conflict', 'You have too many open requests: withdraw some.');
        entries.delete(over.request.metadata.name);
      }
      const result = createAccessRequest(o.roleSet(login), {
        name: randomSecret().slice(0, 16),
        roles,
        catalogue: o.catalogue,
        now: clock(),
        reason,
        wantedMs: durationSeconds === undefined ? undefined : durationSeconds * 1000,
        sessionExpires: login.expiresAt,
      });
      if ('error' in result) {
        const code = result.error === 'not-allowed' ? 'not-allowed' : 'malformed-request';
        throw new GatewayError(code, result.message);
      }
      const entry = { request: result.request, app, awsRole };
      entries.set(result.request.metadata.name, entry);
      return view(login, entry);
    },
    review(login, id, review) {
      const entry = find(login, id);
      if (stateOf(entry.request) !== 'pending') {
        throw new GatewayError('conflict', 'The request is decided or over.');
      }
      const result = reviewed(login, entry, {
        ...review,
        reason: review.reason?.slice(0, MAX_TEXT),
      });
      if ('error' in result) throw new GatewayError('not-allowed', result.message);
      const next = { ...entry, request: result.request };
      entries.set(id, next);
      return view(login, next);
    },
    grant(login, id) {
      const { request } = find(login, id);
      const roles = resolveRequestedRoles(request, clock());
      if (request.spec.user === login.user && roles.length > 0) {
        return { id, roles, expiresAt: new Date(request.spec.expires ?? 0) };
      }
      const state = stateOf(request);
      throw new GatewayError(
        'not-allowed',
        state === 'approved'
          ? 'Only who asked can use it.'
          : `The request is ${state}: it can be used once it is approved.`,
      );
    },
    withdraw(login, id) {
      const { request } = find(login, id);
      if (request.spec.user !== login.user || stateOf(request) !== 'pending') {
        throw new GatewayError(
          'not-allowed',
          'Only an own request can be withdrawn, while it is pending.',
        );
      }
      entries.delete(id);
    },
  };
}
