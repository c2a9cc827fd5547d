import type { LockIdentity, LockTarget } from './lock.js';

/** The facts of an identity that a lock can name, one target with one field for each. */
export function lockTargetsOf(identity: LockIdentity): readonly LockTarget[] {
  const { user, roles, mfaDevice, deviceId, accessRequests = [] } = identity;
  return [
    ...roles.map((role) => ({ role })),
    { user },
    ...(mfaDevice === undefined ? [] : [{ mfa_device: mfaDevice }]),
    ...(deviceId === undefined ? [] : [{ device: deviceId }]),
    ...accessRequests.map((name) => ({ access_request: name })),
  ];
}
