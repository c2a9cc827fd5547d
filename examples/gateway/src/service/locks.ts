import { evaluateLocks, type Lock, lockTargetsOf } from '@postern/rbac';
import { randomSecret } from '@postern/sign-in';
import type { Identity } from '../access.js';
import type { LockedBy } from '../compose.js';
import { GatewayError } from '../gateway-error.js';
import type { LockTargets, LockView } from '../service.js';

/** The locks in force: those of the documents, and those that people set while the gateway runs. */
export interface Locks {
  list(): readonly LockView[];
  create(lock: NewLock, by: string): LockView;
  remove(id: string): void;
  /** The sentence to refuse with. */
  readonly reason: (who: Identity, where?: Parameters<LockedBy>[1]) => string | undefined;
}

interface NewLock {
  readonly target: LockTargets;
  readonly message?: string | undefined;
  readonly seconds?: number | undefined;
}

const MAX_LOCKS = 10_000;
const MAX_SECONDS = 10 * 365 * 86_400;

/** @param documents locks of the resources, which are taken away by editing the resources */
export function createLocks(documents: readonly Lock[], clock: () => Date): Locks {
  const made = new Map<string, Lock>();
  const inForce = ({ spec }: Lock) => !spec.expires || Date.parse(spec.expires) > clock().getTime();
  const all = () => [...documents, ...made.values()].filter(inForce);
  return {
    list: () => all().map(view),
    create({ target, message = '', seconds }, by) {
      for (const [id, lock] of made) if (!inForce(lock)) made.delete(id);
      if (!Object.values(target).some(Boolean)) {
        throw new GatewayError(
          'malformed-request',
          'A lock needs a target: a user, role, AWS role, session or access request.',
        );
      }
      if (seconds !== undefined && !(seconds >= 1 && seconds <= MAX_SECONDS)) {
        throw new GatewayError(
          'malformed-request',
          'A lock lasts at least one second and at most ten years.',
        );
      }
      // An old lock must not give way to a new one.
      if (made.size >= MAX_LOCKS)
        throw new GatewayError('conflict', 'There are too many locks: remove some.');
      const now = clock();
      const name = `lock-${randomSecret().slice(0, 12)}`;
      const expires = seconds && new Date(now.getTime() + seconds * 1000).toISOString();
      const lock: Lock = {
        kind: 'lock',
        version: 'v2',
        metadata: { name },
        spec: {
          // The last two ride in fields that have no other meaning for AWS apps.
          target: {
            user: target.user,
            role: target.role,
            access_request: target.accessRequest,
            login: target.awsRole,
            device: target.session,
          },
          message,
          ...(expires ? { expires } : {}),
          created_at: now.toISOString(),
          created_by: by,
        },
      };
      made.set(name, lock);
      return view(lock);
    },
    remove(id) {
      if (made.delete(id)) return;
      throw new GatewayError(
        'not-found',
        `There is no lock "${id}" that was set here; those of the resources are taken away there.`,
      );
    },
    reason({ user, roles, requests }, { roleArn, sessions = [] } = {}) {
      const targets = [
        ...lockTargetsOf({ user, roles, accessRequests: requests }),
        ...(roleArn === undefined ? [] : [{ login: roleArn }]),
        ...sessions.map((device) => ({ device })),
      ];
      const [lock] = evaluateLocks(all(), { targets, now: clock() }).locks;
      if (!lock) return undefined;
      const { message } = lock.spec;
      return `Locked by an administrator (${lock.metadata.name})${message ? `: ${message}` : '.'}`;
    },
  };
}

function view({
  metadata,
  spec: { target, message, expires, created_by, created_at },
}: Lock): LockView {
  const { user, role, login: awsRole, device: session, access_request: accessRequest } = target;
  return {
    id: metadata.name,
    target: { user, role, awsRole, session, accessRequest },
    message: message ?? '',
    by: String(created_by ?? 'the resources'),
    createdAt: String(created_at ?? ''),
    expiresAt: expires || undefined,
  };
}
