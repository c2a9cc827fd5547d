import { randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Refusal } from './refusal.js';
import { hashOf, randomSecret } from './secrets.js';
import { createThrottle } from './throttle.js';

/** The device authorization flow (RFC 8628): a command line waits while its person confirms in the browser. */
export interface DeviceLogins<Approver, Issued> {
  start(address: string): DeviceLogin;
  /**
   * Undefined while the person has not decided.
   *
   * @throws Refusal `denied`, `expired`
   */
  poll(deviceCode: string): Issued | undefined;
  /**
   * Where and when the login was begun that waits with this code for a decision, if there is one.
   *
   * @throws Refusal `too-many-attempts` for somebody who guesses
   */
  waiting(approver: Approver, userCode: string): LoginStart | undefined;
  decide(approver: Approver, userCode: string, verdict: 'approve' | 'deny'): void;
}

/** What the command line is told: its own long secret, and the short code that both sides show. */
export interface DeviceLogin {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verifyUrl: string;
  readonly intervalSeconds: number;
  readonly expiresAt: Date;
}

/** Where a command line asked to be signed in: what its person can compare with what they did. */
export interface LoginStart {
  readonly address: string;
  readonly startedAt: Date;
}

interface Pending<Issued> extends LoginStart {
  readonly userCode: string;
  readonly expiresAt: Date;
  state: Issued | 'pending' | 'denied';
}

const LIFE_MS = 10 * 60_000;
/** Without vowels, so that no words come out, and without letters that look like others. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/**
 * The code that the person types is short, so guesses are counted; the one that the command line holds is long.
 *
 * @param o `issue` makes the login of the command line from that of the browser
 */
export function createDeviceLogins<
  Approver extends { readonly user: string },
  Issued extends object,
>(o: {
  readonly clock: () => Date;
  readonly publicAddress: string;
  readonly issue: (approver: Approver, start: LoginStart) => Issued;
}): DeviceLogins<Approver, Issued> {
  const { clock } = o;
  const byDevice = new LRUCache<string, Pending<Issued>>({ max: 1_000 });
  const starts = createThrottle({ max: 30, windowMs: LIFE_MS, clock });
  const guesses = createThrottle({ max: 20, windowMs: LIFE_MS, clock });
  const find = ({ user }: Approver, text: string) => {
    guesses.attempt(user);
    const code = text.toUpperCase().replace(/[^A-Z]/g, '');
    const found = [...byDevice.values()].find(
      ({ userCode, state, expiresAt }) =>
        userCode === code && state === 'pending' && expiresAt > clock(),
    );
    // Only what is wrong counts; forgiving all of it would let somebody guess on with a code of their own in between.
    if (found) guesses.takeBack(user);
    return found;
  };
  return {
    start(address) {
      starts.attempt(address);
      const deviceCode = randomSecret();
      const userCode = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const startedAt = clock();
      const expiresAt = new Date(startedAt.getTime() + LIFE_MS);
      const pending = { userCode, address, startedAt, expiresAt, state: 'pending' } as const;
      byDevice.set(hashOf(deviceCode), { ...pending });
      const shown = `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
      const verifyUrl = `${o.publicAddress}/cli?code=${shown}`;
      return { deviceCode, userCode: shown, verifyUrl, intervalSeconds: 2, expiresAt };
    },
    poll(deviceCode) {
      const key = hashOf(deviceCode);
      const pending = byDevice.get(key);
      if (pending?.state === 'pending' && pending.expiresAt > clock()) return undefined;
      byDevice.delete(key);
      if (!pending || pending.expiresAt <= clock() || pending.state === 'pending') {
        throw new Refusal(410, 'expired', 'The code has expired or was used: log in again.');
      }
      if (pending.state !== 'denied') return pending.state;
      throw new Refusal(403, 'denied', 'The login was refused in the browser.');
    },
    waiting(approver, userCode) {
      const found = find(approver, userCode);
      return found && { address: found.address, startedAt: found.startedAt };
    },
    decide(approver, userCode, verdict) {
      const pending = find(approver, userCode);
      if (!pending) {
        throw new Refusal(410, 'expired', 'No login waits with this code: start it again.');
      }
      pending.state = verdict === 'approve' ? o.issue(approver, pending) : 'denied';
    },
  };
}
