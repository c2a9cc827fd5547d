import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FederationError } from '../src/index.js';

describe('FederationError', () => {
  it('recognises an instance of another module copy by its brand', () => {
    const foreign = Object.defineProperty(
      new Error('x'),
      Symbol.for('@postern/federation/FederationError'),
      { value: true },
    );
    expect(foreign instanceof FederationError).toBe(true);
    expect(new Error('x') instanceof FederationError).toBe(false);
    expect(Object(null) instanceof FederationError).toBe(false);
  });

  it('leaves out members that were not given', () => {
    const error = new FederationError({ code: 'invalid-region', message: 'No.' });
    expect(Object.keys(error).sort()).toEqual(['code', 'name']);
    expect(inspect(error)).not.toContain('undefined');
  });

  it('keeps status, suggestions and the words of STS', () => {
    const cause = new Error('behind');
    const error = new FederationError({
      code: 'federation-rejected',
      message: 'No.',
      status: 400,
      retryWithoutDuration: true,
      suggestions: ['ec2'],
      sts: { code: 'AccessDenied' },
      cause,
    });
    expect(error).toMatchObject({
      status: 400,
      retryWithoutDuration: true,
      suggestions: ['ec2'],
      sts: { code: 'AccessDenied' },
      cause,
    });
  });
});
