import { inspect } from 'node:util';
import { ConfigError } from '@postern/config';
import { describe, expect, it } from 'vitest';

describe('ConfigError', () => {
  const cause = new Error('cause');
  const error = new ConfigError({ code: 'invalid-arn', message: 'M.', hint: 'h', cause });

  it('carries code, hint and cause', () => {
    expect(error).toMatchObject({
      name: 'ConfigError',
      code: 'invalid-arn',
      message: 'M.',
      hint: 'h',
      cause,
    });
    expect(new ConfigError({ code: 'invalid-arn', message: 'M.' })).not.toHaveProperty('cause');
    expect(inspect(error)).toContain('invalid-arn');
  });

  it('is recognised across copies of the module by its brand, and nothing else is', () => {
    const other = Object.assign(new Error('x'), {
      [Symbol.for('@postern/config/ConfigError')]: true,
    });
    expect(other).toBeInstanceOf(ConfigError);
    for (const value of [cause, null, undefined, 'x', {}])
      expect(value).not.toBeInstanceOf(ConfigError);
  });
});
