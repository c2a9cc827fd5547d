import { expect } from 'vitest';
import { type ParseTokenOptions, parseToken } from '../../src/index.js';
import { GUIDE_TOKEN } from './fixtures.js';

/** The token of the guide with other rules. */
export const withRule = (...allow: unknown[]) => ({
  ...GUIDE_TOKEN,
  spec: { ...GUIDE_TOKEN.spec, allow },
});

/** `path code` of each finding. */
export function findings(value: unknown, options: ParseTokenOptions = {}) {
  const { errors, warnings, token } = parseToken(value, options);
  expect(token === undefined).toBe(errors.length > 0);
  const short = (list: typeof errors) => list.map(({ path, code }) => `${path} ${code}`);
  return { errors: short(errors), warnings: short(warnings) };
}

/** The errors among them. */
export const errorsOf = (value: unknown, options?: ParseTokenOptions) =>
  findings(value, options).errors;
