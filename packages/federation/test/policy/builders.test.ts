import { describe, expect, it } from 'vitest';
import {
  type BuiltPolicy,
  FederationError,
  permissionAssumeRoles,
  permissionAssumeTaggedRoles,
  tagsIntegration,
  tagsTargetRole,
  trustAccountRoot,
  trustEksServiceAccount,
  trustOidcProvider,
  trustRole,
  trustRolesAnywhere,
  trustService,
} from '../../src/policy/index.js';

const accountId = '111122223333';
const refuses = (run: () => unknown, code: string): void => {
  expect(run).toThrowWithCode(FederationError, code);
};
const statement = ({ document }: BuiltPolicy) => document.Statement[0];

describe('trustService', () => {
  it.each([
    ['ec2', 'aws', 'ec2.amazonaws.com'],
    ['ec2', 'aws-cn', 'ec2.amazonaws.com.cn'],
    ['ec2', 'aws-us-gov', 'ec2.amazonaws.com'],
    ['lambda', 'aws-cn', 'lambda.amazonaws.com'],
    ['logs', 'aws-iso', 'logs.c2s.ic.gov'],
    ['states.us-east-1.amazonaws.com', 'aws', 'states.us-east-1.amazonaws.com'],
  ])('knows %s in %s', (service, partition, Service) => {
    expect(statement(trustService({ service, partition }))?.Principal).toEqual({ Service });
  });

  it('refuses what is no service', () => {
    refuses(() => trustService({ service: '*' }), 'unknown-service');
    refuses(() => trustService({ service: 'ec2', partition: 'x' }), 'unknown-partition');
  });
});

describe('trustEksServiceAccount', () => {
  const query = {
    accountId,
    region: 'cn-north-1',
    oidcId: 'A'.repeat(32),
    namespace: 'ns',
    serviceAccount: 'agent',
    partition: 'aws-cn',
  };

  it('takes the host of the partition', () => {
    const host = `oidc.eks.cn-north-1.amazonaws.com.cn/id/${query.oidcId}`;
    expect(statement(trustEksServiceAccount(query))?.Principal).toEqual({
      Federated: `arn:aws-cn:iam::${accountId}:oidc-provider/${host}`,
    });
  });

  it.each([
    [{ partition: 'aws' }, 'partition-mismatch'],
    [{ namespace: '*' }, 'invalid-argument'],
    [{ serviceAccount: 'a:b' }, 'invalid-argument'],
    [{ oidcId: 'x/y' }, 'invalid-argument'],
    [{ accountId: '12' }, 'invalid-account-id'],
    [{ region: 'x' }, 'invalid-region'],
  ])('refuses %j', (more, code) => {
    refuses(() => trustEksServiceAccount({ ...query, ...more }), code);
  });
});

describe('trustRole', () => {
  const query = { accountId, roleName: 'TeleportAWSAccess' };

  it('takes a path, tags and source identity', () => {
    expect(
      statement(
        trustRole({
          ...query,
          roleName: '/team/Access',
          partition: 'aws-us-gov',
          allowSessionTags: true,
          allowSourceIdentity: true,
        }),
      ),
    ).toEqual({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws-us-gov:iam::${accountId}:role/team/Access` },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    });
  });

  it.each([
    [{ roleName: 'x*' }, 'wildcard-principal'],
    [{ roleName: '' }, 'not-a-role-arn'],
    [{ roleName: 'a b' }, 'not-a-role-arn'],
    [{ roleName: 'a:b' }, 'not-a-role-arn'],
    [{ externalId: '' }, 'invalid-external-id'],
    [{ partition: '' }, 'unknown-partition'],
  ])('refuses %j', (more, code) => {
    refuses(() => trustRole({ ...query, ...more }), code);
  });
});

describe('trustAccountRoot', () => {
  it('names the partition', () => {
    expect(statement(trustAccountRoot({ accountId, partition: 'aws-eusc' }))?.Principal).toEqual({
      AWS: `arn:aws-eusc:iam::${accountId}:root`,
    });
  });
});

describe('trustOidcProvider', () => {
  const query = { accountId, issuer: 'https://access.example.com', audiences: ['a'] };

  it('narrows by subject, with StringLike only where there is a wildcard', () => {
    expect(
      statement(trustOidcProvider({ ...query, subjects: ['system:proxy'] }))?.Condition,
    ).toEqual({
      StringEquals: { 'access.example.com:aud': 'a', 'access.example.com:sub': 'system:proxy' },
    });
    const wild = trustOidcProvider({ ...query, subjects: ['system:*'] });
    expect(statement(wild)?.Condition).toEqual({
      StringEquals: { 'access.example.com:aud': 'a' },
      StringLike: { 'access.example.com:sub': 'system:*' },
    });
    expect(wild.warnings.map(({ code }) => code)).toEqual(['wildcard-subject']);
  });

  it('refuses a trust in every client', () => {
    refuses(() => trustOidcProvider({ ...query, audiences: [] }), 'missing-audience');
    refuses(() => trustOidcProvider({ ...query, audiences: [''] }), 'missing-audience');
  });
});

describe('trustRolesAnywhere', () => {
  it('names one trust anchor and the three actions', () => {
    const trustAnchorArn = 'arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/aaaa-bbbb';
    expect(statement(trustRolesAnywhere({ trustAnchorArn }))).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'rolesanywhere.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { ArnEquals: { 'aws:SourceArn': trustAnchorArn } },
    });
    refuses(() => trustRolesAnywhere({ trustAnchorArn: 'x' }), 'malformed-arn');
    refuses(
      () => trustRolesAnywhere({ trustAnchorArn: 'arn:aws:iam::111122223333:role/x' }),
      'malformed-arn',
    );
  });
});

describe('permissionAssumeRoles', () => {
  const role = 'arn:aws:iam::111122223333:role/x';

  it('refuses an empty list', () => {
    refuses(() => permissionAssumeRoles({ resources: [] }), 'missing-resources');
  });

  it('warns of the wildcard and removes duplicates', () => {
    expect(permissionAssumeRoles({ resources: ['*'] }).warnings).toMatchObject([
      { code: 'wildcard-resource' },
    ]);
    const built = permissionAssumeRoles({ resources: [role, role] });
    expect(statement(built)?.Resource).toBe(role);
    expect(built.warnings).toEqual([]);
  });

  it.each([
    ['arn:aws:iam:111122223333:role/x', 'malformed-arn'],
    ['arn:aws:iam::aws:role/x', 'not-a-role-arn'],
    ['arn:aws:s3:::role/x', 'not-a-role-arn'],
    ['arn:aws:iam::111122223333:role/', 'not-a-role-arn'],
    ['arn:aws:iam::111122223333:role/a b', 'not-a-role-arn'],
  ])('refuses %s', (resource, code) => {
    refuses(() => permissionAssumeRoles({ resources: [resource] }), code);
  });
});

describe('permissionAssumeTaggedRoles', () => {
  it('narrows to accounts of a partition', () => {
    const built = permissionAssumeTaggedRoles({
      accountIds: [accountId, '444455556666'],
      partition: 'aws-cn',
    });
    expect(statement(built)?.Resource).toEqual([
      'arn:aws-cn:iam::111122223333:role/*',
      'arn:aws-cn:iam::444455556666:role/*',
    ]);
    expect(built.warnings).toEqual([]);
    expect(permissionAssumeTaggedRoles().warnings).toMatchObject([{ code: 'any-account' }]);
  });

  it('refuses an empty list, which would widen to all', () => {
    refuses(() => permissionAssumeTaggedRoles({ accountIds: [] }), 'missing-resources');
    refuses(() => permissionAssumeTaggedRoles({ tagKey: 'aws:x' }), 'invalid-tag');
    refuses(() => permissionAssumeTaggedRoles({ accountIds: ['*'] }), 'invalid-account-id');
  });
});

describe('builders that plain JavaScript calls', () => {
  const untyped = JSON.parse(`{"accountId":"${accountId}","issuer":"https://a.example"}`);

  it('refuse what is missing with a code', () => {
    refuses(() => trustRole(untyped), 'not-a-role-arn');
    refuses(() => trustOidcProvider(untyped), 'missing-audience');
    refuses(() => permissionAssumeRoles(untyped), 'missing-resources');
  });

  it('refuse an empty list of subjects, which would trust every token', () => {
    for (const subjects of [[], ['']]) {
      const query = { ...untyped, audiences: ['a'], subjects };
      refuses(() => trustOidcProvider(query), 'missing-subject');
    }
  });
});

describe('tags', () => {
  it('sort by key and keep the tags a role has', () => {
    const existing = [{ Key: 'zone', Value: 'a' }];
    expect(tagsTargetRole({ existing })).toEqual([
      { Key: 'teleport.dev/integration', Value: 'true' },
      { Key: 'zone', Value: 'a' },
    ]);
    expect(tagsTargetRole()).toEqual([{ Key: 'teleport.dev/integration', Value: 'true' }]);
  });

  it('refuse to make a target of a role that the integration owns', () => {
    const existing = tagsIntegration({ cluster: 'c', integration: 'i' });
    refuses(() => tagsTargetRole({ existing }), 'invalid-tag');
    expect(tagsTargetRole({ existing: tagsTargetRole() })).toEqual(tagsTargetRole());
  });

  it.each([{ cluster: '' }, { integration: 'true' }, { integration: 'a,b' }])(
    'refuse %j',
    (more) => {
      refuses(() => tagsIntegration({ cluster: 'c', integration: 'i', ...more }), 'invalid-tag');
    },
  );
});
