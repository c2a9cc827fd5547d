import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import type { RawRequest } from '../../src/request.js';
import { createSigningCache, signRequest } from '../../src/sigv4/index.js';
import { verifySignature } from '../../src/verify/index.js';
import {
  CREDENTIALS,
  NOW,
  oracleAccepts,
  type Sample,
  samples,
  toHttpRequest,
  toRaw,
} from '../support/signing-oracle.js';

const cache = createSigningCache();

function signedBy(sample: Sample): RawRequest {
  const signed = signRequest(toHttpRequest(sample), {
    ...sample,
    credentials: CREDENTIALS,
    signingDate: NOW,
    cache,
  });
  return toRaw({ ...signed, body: sample.body });
}

function accepts(request: RawRequest): boolean {
  try {
    verifySignature(request, { credentials: CREDENTIALS, now: NOW, secure: true, cache });
    return true;
  } catch (error) {
    if (error instanceof SigV4ProxyError) return false;
    throw error;
  }
}

/** Every place of a request that its signature covers, as text that can be changed. */
interface SignedText {
  readonly text: string;
  put(text: string): RawRequest;
}

function signedTexts(request: RawRequest): SignedText[] {
  const authorization = request.headers.find(([name]) => name === 'authorization')?.[1] ?? '';
  const signed = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? [];
  const texts: SignedText[] = [
    { text: request.method, put: (method) => ({ ...request, method }) },
    { text: request.target, put: (target) => ({ ...request, target }) },
    {
      text: Buffer.from(request.body ?? []).toString('latin1'),
      put: (body) => ({ ...request, body: Buffer.from(body, 'latin1') }),
    },
    ...request.headers.flatMap(([name, value], index) =>
      name !== 'authorization' && !signed.includes(name.toLowerCase())
        ? []
        : [
            {
              text: value,
              put: (text: string) => ({
                ...request,
                headers: request.headers.with(index, [name, text]),
              }),
            },
            {
              text: name,
              put: (text: string) => ({
                ...request,
                headers: request.headers.with(index, [text, value]),
              }),
            },
          ],
    ),
  ];
  return texts.filter(({ text }) => text !== '');
}

const hasDotSegment = ({ path }: Sample) => /\/\.{1,2}(?:\/|$)/.test(path);

describe('a signed request that is changed by one byte', () => {
  it('is refused wherever a letter or digit of a signed part becomes another one', () => {
    fc.assert(
      fc.property(
        // A segment in front of `..` is not part of what a signature outside S3 covers.
        samples.filter((sample) => sample.sessionToken === undefined && !hasDotSegment(sample)),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
        (sample, place, at, letter) => {
          const request = signedBy(sample);
          expect(accepts(request)).toBe(true);
          const texts = signedTexts(request).filter(({ text }) => /[A-Za-z0-9]/.test(text));
          const { text, put } = texts[place % texts.length] ?? { text: 'a', put: () => request };
          const spots = [...text.matchAll(/[A-Za-z0-9]/g)].map((match) => match.index);
          const spot = spots[at % spots.length] ?? 0;
          fc.pre(text[spot]?.toLowerCase() !== letter);
          const changed = put(text.slice(0, spot) + letter + text.slice(spot + 1));
          expect(accepts(changed)).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is accepted only where the oracle accepts it too', async () => {
    await fc.assert(
      fc.asyncProperty(
        samples.filter((sample) => sample.sessionToken === undefined),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        fc.boolean(),
        async (sample, place, at, letter, insert) => {
          const texts = signedTexts(signedBy(sample));
          const chosen = texts[place % texts.length];
          if (chosen === undefined) return;
          const spot = at % chosen.text.length;
          const changed = chosen.put(
            chosen.text.slice(0, spot) + letter + chosen.text.slice(insert ? spot : spot + 1),
          );
          // Forms that smithy is never given: raw plus, undecodable or unencoded text, other spellings of an S3 path.
          fc.pre(!/[+]|%(?![0-9A-Fa-f]{2})/.test(changed.target));
          fc.pre(sample.service !== 's3' || changed.target === signedBy(sample).target);
          if (!accepts(changed)) return;
          expect(await oracleAccepts(normalised(changed))).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** The oracle reads one spelling of the Authorization header only. */
function normalised(request: RawRequest): RawRequest {
  return {
    ...request,
    headers: request.headers.map(([name, value]) => [
      name,
      name.toLowerCase() === 'authorization'
        ? value
            .trim()
            .replace(/[ \t]+/g, ' ')
            .replace(/ ?, ?/g, ', ')
        : value,
    ]),
  };
}
