import { JoinIamError } from '../../errors.js';
import { addressGroup } from './address-group.js';
import { refuseIssuing } from './challenge-store.js';

/**
 * Counts what a process issues in windows of fixed length, for challenges whose use it does not see.
 *
 * @returns a function that counts one more, or throws `challenge-limit`
 * @throws JoinIamError `invalid-option`
 */
export function limitIssuing(q: {
  readonly windowMs: number;
  readonly maxIssued: number;
  readonly maxIssuedPerAddress: number;
}): (now: Date, remoteAddress: string | undefined) => void {
  if (!(q.maxIssued >= 1) || !(q.maxIssuedPerAddress >= 1)) {
    throw new JoinIamError('invalid-option', {
      message: 'The options maxIssued and maxIssuedPerAddress must be at least 1.',
    });
  }
  const perAddress = new Map<string, number>();
  let total = 0;
  let start = 0;

  return (now, remoteAddress) => {
    // A clock that was set back must not keep an old window open.
    if (Math.abs(now.getTime() - start) >= q.windowMs) {
      start = now.getTime();
      total = 0;
      perAddress.clear();
    }
    if (total >= q.maxIssued) refuseIssuing('limit for all addresses');
    if (remoteAddress !== undefined) {
      const group = addressGroup(remoteAddress);
      const ofGroup = perAddress.get(group) ?? 0;
      if (ofGroup >= q.maxIssuedPerAddress) refuseIssuing(`limit for address ${group}`);
      perAddress.set(group, ofGroup + 1);
    }
    total += 1;
  };
}
