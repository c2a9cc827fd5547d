import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FederationError, resolveConsoleDestination } from '../../src/index.js';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^[a-z:/\\@.#?%&=-]{0,60}$/),
  fc
    .tuple(
      fc.constantFrom('https://', 'https:/', 'https:\\\\', '//', ''),
      fc.constantFrom('console.aws.amazon.com', 'us-east-1.console.aws.amazon.com'),
      fc.stringMatching(/^[@:./\\?#a-z%0-9]{0,20}$/),
    )
    .map((parts) => parts.join('')),
);

describe('resolveConsoleDestination', () => {
  it('gives a browser a console host or nothing, whatever it is fed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('url', 'path', 'service', 'arn'),
        hostile,
        fc.option(fc.constantFrom('us-west-2', 'eu-central-1'), { nil: undefined }),
        (way, text, region) => {
          const common = { partition: 'aws', region };
          const query = {
            url: { ...common, url: text },
            path: { ...common, path: text },
            service: { ...common, service: text },
            arn: { ...common, arn: text },
          };
          let address: string;
          try {
            address = resolveConsoleDestination(query[way]);
          } catch (error) {
            expect(error).toBeInstanceOf(FederationError);
            return;
          }
          const { protocol, hostname, port, username, password } = new URL(address);
          expect([protocol, port, username, password]).toEqual(['https:', '', '', '']);
          expect(hostname).toMatch(
            /^(?:(?:[a-z]{2}-[a-z]+-\d\.)?console|quicksight|lightsail|health|s3\.console|support\.console)\.aws\.amazon\.com$/,
          );
        },
      ),
    );
  });
});
