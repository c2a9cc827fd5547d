import { describe, expect, it } from 'vitest';
import { createPasswords, hashPassword } from '../src/passwords.js';
import { codeOf } from './support/clock.js';

describe('createPasswords', () => {
  it('takes the right password of the right user only', async () => {
    const hash = await hashPassword('open sesame');
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$/);
    const passwords = createPasswords(new Map([['alice', hash]]));
    const tries = [
      ['alice', 'open sesame'],
      ['alice', 'Open sesame'],
      ['alice', ''],
      ['bob', 'open sesame'],
      ['__proto__', 'open sesame'],
    ] as const;
    const results = await Promise.all(
      tries.map(([user, password]) => passwords.isRight(user, password)),
    );
    expect(results).toEqual([true, false, false, false, false]);
  });

  it('works on few at a time, as each takes memory and a core', async () => {
    const passwords = createPasswords(new Map());
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => passwords.isRight('x', 'y')),
    );
    expect(results.filter(({ status }) => status === 'rejected').length).toBe(2);
    expect(await passwords.isRight('x', 'y')).toBe(false);
  });

  it.each([
    'open sesame',
    '',
    '$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=1,r=8,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('refuses the hash %j, naming the user and not the hash', (hash) => {
    const make = () => createPasswords(new Map([['alice', hash]]));
    expect(codeOf(make)).toBe('invalid-resources');
    expect(make).toThrow('"alice"');
    if (hash) expect(make).not.toThrow(hash);
  });
});
