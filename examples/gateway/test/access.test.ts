import { loadResources } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { createAccess } from '../src/access.js';
import { createDirectory } from '../src/directory.js';

const now = new Date('2026-11-20T12:00:00Z');
const { resources } = loadResources([
  {
    text: `
kind: role
version: v7
metadata: { name: dev }
spec:
  options: { max_session_ttl: 2h }
  allow:
    app_labels: { env: test }
    aws_role_arns:
      - arn:aws:iam::123456789012:role/one
      - arn:aws:iam::123456789012:role/path/one
      - arn:aws:iam::123456789012:role/two
---
kind: user
version: v2
metadata: { name: alice }
spec: { roles: [dev] }
---
kind: user
version: v2
metadata: { name: carol }
spec: { roles: [gone] }
---
kind: app
version: v3
metadata: { name: aws, labels: { env: test, aws_account_id: 123456789012 } }
spec: { uri: https://console.aws.amazon.com/ }
---
kind: app
version: v3
metadata: { name: other, labels: { env: prod, aws_account_id: 123456789012 } }
spec: { uri: https://console.amazonaws.cn/ }
`,
  },
]);
const directory = createDirectory(resources);
const access = createAccess(directory);

describe('createAccess', () => {
  it('finds a role by ARN and by name, and takes an ARN as it is', () => {
    const app = directory.app('aws');
    expect(access.resolveRole('alice', app, 'two')).toBe('arn:aws:iam::123456789012:role/two');
    expect(access.resolveRole('alice', app, 'arn:aws:iam::210987654321:role/x')).toBe(
      'arn:aws:iam::210987654321:role/x',
    );
  });

  it('asks which one when none was named or several are called so', () => {
    const app = directory.app('aws');
    expect(() => access.resolveRole('alice', app, undefined)).toThrow('which AWS role?');
    expect(() => access.resolveRole('alice', app, 'one')).toThrow('role/path/one');
  });

  it('makes the ARN of a role that nothing offers, in the account and partition of the app', () => {
    const arn = access.resolveRole('alice', directory.app('other'), 'two');
    expect(arn).toBe('arn:aws-cn:iam::123456789012:role/two');
  });

  it('says which role, which condition and which value refused', () => {
    const question = { user: 'alice', app: directory.app('other'), now };
    const roleArn = 'arn:aws:iam::123456789012:role/two';
    expect(access.decide({ ...question, roleArn }).decision).toBe('deny');
    const text = access.explain({ ...question, roleArn });
    for (const word of ['dev', 'app_labels', 'test', 'prod']) expect(text).toContain(word);
  });

  it('takes the shortest session of the roles', () => {
    expect(access.sessionMs('alice', now)).toBe(2 * 3_600_000);
  });

  it('names a role that no document defines', () => {
    expect(() => access.roleSet('carol')).toThrow('the role "gone"');
  });
});
