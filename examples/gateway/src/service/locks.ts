import type { LockView, NewLock } from '@postern/portal';
import { evaluateLocks, type Lock, lockTargetsOf } from '@postern/rbac';
import { randomId } from '@postern/sign-in';
import type { Identity } from '../access.js';
import { GatewayError } from '../gateway-error.js';
import { checkSizes } from './limits.js';

/** What is looked at besides the person. */
export interface LockPlace {
  readonly roleArn?: string | undefined;
  /** Ids of an app session and its login. */
  readonly sessions?: readonly string[] | undefined;
}

const MAX_LOCKS = 10_000;
const MAX_SECONDS = 10 * 365 * 86_400;

/** The locks in force: those of the documents, and those that people set while the gateway runs. */
export type Locks = ReturnType<typeof createLocks>;

/** @param documents locks of the resources, which are taken away by editing the resources */
export function createLocks(documents: readonly Lock[], clock: () => Date) {
  const made = new Map<string, Lock>();
  const inForce = ({ spec }: Lock) => !spec.expires || Date.parse(spec.expires) > clock().getTime();
  const all = () => [...documents, ...made.values()].filter(inForce);
  return {
    list: (): readonly LockView[] => all().map(view),
    create(lock: NewLock, by: string): LockView {
      checkSizes(lock);
      const { target, message = '', seconds } = lock;
      for (const [id, lock] of made) if (!inForce(lock)) made.delete(id);
      if (!Object.values(target).some(Boolean)) {
        const message = 'A lock needs a target: a user, role, AWS role, session or access request.';
        throw new GatewayError('malformed-request', message);
      }
      if (seconds !== undefined && !(seconds >= 1 && seconds <= MAX_SECONDS)) {
        const message = 'A lock lasts at least one second and at most ten years.';
        throw new GatewayError('malformed-request', message);
      }
      // An old lock must not give way to a new one.
      const isFull = made.size >= MAX_LOCKS;
      if (isFull) throw new GatewayError('conflict', 'There are too many locks: remove some.');
      const now = clock();
      const name = `lock-${randomId()}`;
      const expires = seconds && new Date(now.getTime() + seconds * 1000).toISOString();
      const { user, role, accessRequest: access_request, awsRole: login, session: device } = target;
      const spec = {
        // The last two ride in fields that have no other meaning for AWS apps.
        target: { user, role, access_request, login, device },
        message,
        ...(expires ? { expires } : {}),
        created_at: now.toISOString(),
        created_by: by,
      };
      const set: Lock = { kind: 'lock', version: 'v2', metadata: { name }, spec };
      made.set(name, set);
      return view(set);
    },
    remove(id: string): void {
      if (made.delete(id)) return;
      const message = `There is no lock "${id}" that was set here; those of the resources are taken away there.`;
      throw new GatewayError('not-found', message);
    },
    /** The sentence to refuse with. */
    reason({ user, roles, requests }: Identity, { roleArn, sessions = [] }: LockPlace = {}) {
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

function view({ metadata, spec }: Lock): LockView {
  const { user, role, login: awsRole, device: session, access_request } = spec.target;
  return {
    id: metadata.name,
    target: { user, role, awsRole, session, accessRequest: access_request },
    message: spec.message ?? '',
    by: String(spec.created_by ?? 'the resources'),
    createdAt: String(spec.created_at ?? ''),
    expiresAt: spec.expires || undefined,
  };
}
