import { randomInt } from 'node:crypto';
import { BoundedMap } from '../bounded-map.js';
import { GatewayError } from '../gateway-error.js';
import type { GatewayService, LoginSession, NewLogin } from '../service.js';
import { hashOf, randomSecret } from './secrets.js';
import { createThrottle } from './throttle.js';

interface Pending {
  readonly userCode: string;
  readonly expiresAt: Date;
  state: NewLogin | 'pending' | 'denied';
}

const LIFE_MS = 10 * 60_000;
/** Without vowels, so that no words come out, and without letters that look like others. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/**
 * The device authorization flow (RFC 8628): the code that the person types is short, so guesses are counted; the one that the
 * command line holds is long.
 *
 * @param o `issue` makes the login of the command line from that of the browser
 */
export function createBrowserLogins(o: {
  readonly clock: () => Date;
  readonly publicAddress: string;
  readonly issue: (login: LoginSession) => NewLogin;
}): GatewayService['browserLogin'] {
  const { clock } = o;
  const byDevice = new BoundedMap<string, Pending>(1_000);
  const starts = createThrottle({ max: 30, windowMs: LIFE_MS, clock });
  const guesses = createThrottle({ max: 20, windowMs: LIFE_MS, clock });
  const find = (login: LoginSession, text: string): Pending | undefined => {
    guesses.attempt(login.user);
    const code = text.toUpperCase().replace(/[^A-Z]/g, '');
    const found = [...byDevice.values()].find(
      ({ userCode, state, expiresAt }) =>
        userCode === code && state === 'pending' && expiresAt > clock(),
    );
    if (found) guesses.forgive(login.user);
    return found;
  };
  return {
    start(address) {
      starts.attempt(address);
      const deviceCode = randomSecret();
      const userCode = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const expiresAt = new Date(clock().getTime() + LIFE_MS);
      byDevice.set(hashOf(deviceCode), { userCode, expiresAt, state: 'pending' });
      const shown = `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
      const verifyUrl = `${o.publicAddress}/cli?code=${shown}`;
      return { deviceCode, userCode: shown, verifyUrl, intervalSeconds: 2, expiresAt };
    },
    poll(deviceCode) {
      const key = hashOf(deviceCode);
      const pending = byDevice.get(key);
      if (!pending || pending.expiresAt <= clock()) {
        byDevice.delete(key);
        throw new GatewayError('expired', 'The code has expired or was used: log in again.');
      }
      if (pending.state === 'pending') return undefined;
      byDevice.delete(key);
      if (pending.state !== 'denied') return pending.state;
      throw new GatewayError('denied', 'The login was refused in the browser.');
    },
    isPending: (login, userCode) => find(login, userCode) !== undefined,
    decide(login, userCode, verdict) {
      const pending = find(login, userCode);
      if (!pending) {
        throw new GatewayError('expired', 'No login waits with this code: start it again.');
      }
      pending.state = verdict === 'approve' ? o.issue(login) : 'denied';
    },
  };
}
