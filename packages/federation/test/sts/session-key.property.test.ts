import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSessionKey } from '../../src/sts/session-key.js';

// Few values, full of delimiters, so that equal and nearly equal requests are frequent.
const text = fc.constantFrom('a', 'b', 'a|b', '"', '","', 'null', '[]', ' ');
const issueToken = async (): Promise<string> => 'the-token';
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const webIdentity = maybe(
  fc.record({
    provider: fc.record({ issuer: text }).map(({ issuer }) => ({ issuer, issueToken })),
    subject: text,
    audience: maybe(text),
  }),
);

const request = fc.record({
  webIdentity,
  identity: text,
  roleArn: text,
  externalId: maybe(text),
  sourceIdentity: maybe(text),
  baseIdentity: maybe(text),
  region: maybe(text),
  policy: maybe(text),
  policyArns: maybe(fc.array(text, { maxLength: 2 })),
  tags: maybe(fc.array(fc.record({ key: text, value: text }), { maxLength: 1 })),
  chain: maybe(
    fc.array(fc.record({ roleArn: text, sourceIdentity: maybe(text), webIdentity }), {
      maxLength: 1,
    }),
  ),
  purpose: maybe(fc.constantFrom('api' as const, 'console' as const)),
  requestedSeconds: maybe(fc.constantFrom(900, 3600)),
});

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** What two requests must share to share a session: values only, as undefined members and prototypes mean nothing. */
const meaning = (q: Request): unknown =>
  JSON.parse(
    JSON.stringify({
      ...q,
      purpose: q.purpose ?? 'api',
      tags: q.tags ?? [],
      chain: q.chain ?? [],
      policyArns: [...(q.policyArns ?? [])].sort(),
    }),
  );

describe('formatSessionKey', () => {
  it('is equal exactly for requests that mean the same', () => {
    fc.assert(
      fc.property(
        request,
        request,
        fc.constantFrom<keyof Request>('externalId', 'tags', 'chain', 'policy', 'webIdentity'),
        (a, b, name) => {
          for (const other of [b, { ...a }, { ...a, [name]: b[name] }]) {
            const same = isDeepStrictEqual(meaning(a), meaning(other));
            expect(formatSessionKey(a, 'name') === formatSessionKey(other, 'name')).toBe(same);
          }
          expect(formatSessionKey(a, 'name')).not.toBe(formatSessionKey(a, 'other'));
        },
      ),
    );
  });
});
