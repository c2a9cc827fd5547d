import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { JoinIamError } from '../src/index.js';

describe('JoinIamError', () => {
  it('recognises an error of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../src/errors.js');
    expect(copy.JoinIamError).not.toBe(JoinIamError);
    const error = new copy.JoinIamError('clock-skew', { message: 'm' });
    expect(error).toBeInstanceOf(JoinIamError);
    expect(new Error('x')).not.toBeInstanceOf(JoinIamError);
    expect(Object(null)).not.toBeInstanceOf(JoinIamError);
  });

  it('carries class, stage and retryable of its code, and keeps the cause', () => {
    const cause = new Error('reset');
    expect(new JoinIamError('sts-unavailable', { message: 'm', cause })).toMatchObject({
      name: 'JoinIamError',
      class: 'sts',
      stage: 'sts',
      retryable: true,
      cause,
    });
    expect(new JoinIamError('host-not-allowed', { message: 'm' })).toMatchObject({
      class: 'host',
      stage: 'request',
      retryable: false,
    });
  });

  it('keeps what is for operators out of JSON and of printed errors', () => {
    const error = new JoinIamError('token-invalid', {
      message: 'm',
      detail: 'operators\n',
      hint: 'operators',
      issues: [{ path: 'operators', code: 'empty' }],
    });
    expect(error.detail).toBe('operators\\u{a}');
    expect(JSON.stringify(error)).not.toContain('operators');
    expect(inspect(error)).not.toContain('operators');
  });

  it('prints the name of a foreign cause and nothing it carries', () => {
    const cause = Object.assign(new Error('redis://user:hush@host refused'), {
      code: 'ECONNREFUSED',
      headers: { 'x-amz-security-token': 'hush' },
    });
    const error = new JoinIamError('callback-failed', { message: 'm', cause });
    const printed = inspect(error, { depth: 9 });
    expect(printed).toContain("cause: 'Error ECONNREFUSED'");
    expect(printed).toContain("code: 'callback-failed'");
    expect(printed).toContain('errors.test.ts');
    expect(printed).not.toContain('hush');
    expect(error.cause).toBe(cause);
  });

  it.each([
    ['no error', { message: 'hush' }],
    ['a strange name', Object.assign(new Error('hush'), { name: 'hush '.repeat(40), code: 7 })],
    [
      'a name that cannot be read',
      Object.defineProperty(new Error('hush'), 'name', {
        get: () => {
          throw new Error('hush');
        },
      }),
    ],
  ])('has a word for a cause that is %s', (_, cause) => {
    const printed = inspect(new JoinIamError('callback-failed', { message: 'm', cause }));
    expect(printed).toContain("cause: 'unknown'");
    expect(printed).not.toContain('hush');
  });
});
