import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Refusal } from './refusal.js';

/** Checks the passwords of local users. */
export interface Passwords {
  readonly size: number;
  /** Takes the same work and time for users there are not. */
  isRight(user: string, password: string): Promise<boolean>;
}

interface Parsed {
  readonly options: ScryptOptions;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const derive: (
  password: string,
  salt: Buffer,
  length: number,
  o: ScryptOptions,
) => Promise<Buffer> = promisify(scrypt);
const COST = { ln: 15, r: 8, p: 1 };
const SHAPE = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d)\$([\w+/]{11,86})\$([\w+/]{43})$/;
/** Hashes at a time; each takes 32 MiB and most of a core for a moment. */
const MAX_RUNNING = 8;

/** The line for a users file: `$scrypt$ln=15,r=8,p=1$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, 32, optionsOf(COST.ln, COST.r, COST.p));
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${text(salt)}$${text(hash)}`;
}

/**
 * @param hashes user name → what {@link hashPassword} made
 * @throws Refusal `invalid-resources` naming the user whose hash cannot be read
 */
export function createPasswords(hashes: ReadonlyMap<string, string>): Passwords {
  const users = new Map([...hashes].map(([name, text]) => [name, parse(name, text)] as const));
  const nobody = {
    options: optionsOf(COST.ln, COST.r, COST.p),
    salt: randomBytes(16),
    hash: randomBytes(32),
  };
  let running = 0;
  return {
    size: users.size,
    async isRight(user, password) {
      if (running >= MAX_RUNNING) {
        throw new Refusal(429, 'too-many-attempts', 'Many people sign in now: try again.', 1);
      }
      running += 1;
      try {
        const { options, salt, hash } = users.get(user) ?? nobody;
        const isEqual = timingSafeEqual(await derive(password, salt, 32, options), hash);
        return isEqual && users.has(user);
      } finally {
        running -= 1;
      }
    },
  };
}

function parse(name: string, text: string): Parsed {
  const [, ln = '', r = '', p = '', salt = '', hash = ''] = SHAPE.exec(text) ?? [];
  if (Number(ln) < 14 || Number(ln) > 17 || Number(r) !== 8 || Number(p) !== 1) {
    throw new Refusal(
      500,
      'invalid-resources',
      `the users file has no usable hash for "${name}": make one with --hash-password`,
    );
  }
  const bytes = (encoded: string) => Buffer.from(encoded, 'base64');
  return {
    options: optionsOf(Number(ln), Number(r), Number(p)),
    salt: bytes(salt),
    hash: bytes(hash),
  };
}

const optionsOf = (ln: number, r: number, p: number): ScryptOptions => ({
  N: 2 ** ln,
  r,
  p,
  maxmem: 256 * 2 ** ln * r,
});
