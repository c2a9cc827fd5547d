import { describe, expect, it } from 'vitest';
import { JoinIamError, readToken } from '../../src/index.js';
import { GUIDE_TOKEN } from '../support/fixtures.js';

describe('readToken', () => {
  it('gives the token, or an error with every finding', () => {
    expect(readToken(GUIDE_TOKEN)).toMatchObject({ name: 'iam-token', joinMethod: 'iam' });
    const read = () => readToken({ ...GUIDE_TOKEN, kind: 'role', extra: 1 });
    expect(read).toThrowWithCode(JoinIamError, 'token-invalid');
    expect(read).toThrow(
      expect.objectContaining({
        issues: [
          { path: 'kind', code: 'unsupported-value' },
          { path: 'extra', code: 'unknown-field' },
        ],
      }),
    );
  });
});
