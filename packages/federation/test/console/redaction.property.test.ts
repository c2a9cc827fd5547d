import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConsoleSession, formatLoginUrl } from '../../src/index.js';
import { NOW } from '../support/fakes.js';

const secret = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 60 });

describe('createConsoleSession', () => {
  it('quotes no secret out of a hostile answer, however it is wrapped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ accessKeyId: secret, secretAccessKey: secret, sessionToken: secret }),
        fc.array(fc.string({ maxLength: 20 }), { minLength: 2, maxLength: 5 }),
        fc.constantFrom('plain', 'percent', 'form', 'json', 'base64'),
        async (credentials, words, form) => {
          const secrets = Object.values(credentials);
          const write = {
            plain: (text: string) => text,
            percent: encodeURIComponent,
            form: (text: string) => new URLSearchParams({ text }).toString().slice(5),
            json: (text: string) => JSON.stringify(text).slice(1, -1),
            base64: (text: string) => Buffer.from(text).toString('base64'),
          }[form];
          const written = secrets.map(write);
          const body = words.flatMap((word, index) => [word, written[index % 3]]).join(' ');
          const saying = async (answer: string) => {
            const error: unknown = await createConsoleSession({
              partition: 'aws',
              credentials,
              clock: () => NOW,
              fetch: async () => new Response(answer, { status: 403 }),
            }).catch((caught: unknown) => caught);
            return `${error} ${JSON.stringify(error)}`;
          };
          // What our own sentence holds anyway cannot tell a leak; neither can blanks.
          const own = `${await saying('')} It says: [redacted]`;
          const said = await saying(body);
          for (const text of [...secrets, ...written]) {
            if (text.trim().length >= 8 && !own.includes(text)) expect(said).not.toContain(text);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('formatLoginUrl', () => {
  it('carries every token through the decoding of the far side', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (signinToken) => {
        const url = formatLoginUrl({
          partition: 'aws',
          destination: 'https://console.aws.amazon.com/?a=b+c&d#e',
          signinToken,
        });
        expect(url.searchParams.get('SigninToken')).toBe(signinToken);
        expect([...url.searchParams.keys()]).toEqual(['Action', 'Destination', 'SigninToken']);
      }),
    );
  });
});
