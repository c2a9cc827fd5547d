import type { PartitionName } from '../hosts/partitions.js';
import type { Session } from '../iam/sessions.js';

const LIFE_MS = 15 * 60 * 1000;

/** What a sign-in token or a console cookie stands for. */
export interface SigninGrant {
  readonly session: Session;
  readonly partition: PartitionName;
  /** End of the console session. */
  readonly consoleExpires: Date;
}

/** Sign-in tokens and console cookies, both bounded and in memory. */
export interface SigninTokens {
  /** A sign-in token, good for 15 minutes like AWS's. */
  issue(grant: SigninGrant, now: Date): string;
  find(token: string, now: Date): SigninGrant | undefined;
  /** A cookie of a browser that has logged in. */
  startConsole(grant: SigninGrant): string;
  findConsole(cookie: string, now: Date): SigninGrant | undefined;
  endConsole(cookie: string): void;
}

/** @param limit tokens, and cookies, kept at most */
export function createSigninTokens(
  limit: number,
  randomBytes: (size: number) => Uint8Array,
): SigninTokens {
  const tokens = new Map<string, SigninGrant & { readonly until: number }>();
  const consoles = new Map<string, SigninGrant>();
  const random = (size: number) => Buffer.from(randomBytes(size)).toString('base64url');
  const bound = (map: Map<string, unknown>) => {
    for (const oldest of map.keys()) {
      if (map.size <= limit) break;
      map.delete(oldest);
    }
  };
  return {
    issue(grant, now) {
      const token = random(192);
      tokens.set(token, { ...grant, until: now.getTime() + LIFE_MS });
      bound(tokens);
      return token;
    },
    find(token, now) {
      const found = tokens.get(token);
      return found && now.getTime() < found.until ? found : undefined;
    },
    startConsole(grant) {
      const cookie = random(48);
      consoles.set(cookie, grant);
      bound(consoles);
      return cookie;
    },
    findConsole(cookie, now) {
      const found = consoles.get(cookie);
      return found && now.getTime() < found.consoleExpires.getTime() ? found : undefined;
    },
    endConsole: (cookie) => void consoles.delete(cookie),
  };
}
