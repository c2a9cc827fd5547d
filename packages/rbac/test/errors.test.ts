import { describe, expect, it } from 'vitest';
import { compileRole, RbacError } from '../src/index.js';
import { role } from './support/make.js';

describe('RbacError', () => {
  it('carries code, pointer and span, and is an Error', () => {
    const error = new RbacError('invalid-role', 'A text.', {
      pointer: '/spec',
      span: { start: 1, end: 2 },
    });
    expect(error).toMatchObject({
      name: 'RbacError',
      code: 'invalid-role',
      pointer: '/spec',
      span: { start: 1 },
    });
    expect(error).toBeInstanceOf(Error);
  });

  it('knows an instance of another copy of the module', async () => {
    const path = '../src/errors.js?another-copy';
    const other: { RbacError: typeof RbacError } = await import(path);
    expect(other.RbacError).not.toBe(RbacError);
    expect(new other.RbacError('too-long', 'x')).toBeInstanceOf(RbacError);
    expect(new Error('x')).not.toBeInstanceOf(RbacError);
    expect({}).not.toBeInstanceOf(RbacError);
  });

  it('keeps the cause of a bad pattern', () => {
    const bad = role('r', { allow: { app_labels: { env: '^[$' } } });
    try {
      compileRole(bad, { strict: true });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid-pattern',
        pointer: '/spec/allow/app_labels/env',
        cause: expect.any(Error),
      });
    }
  });
});
