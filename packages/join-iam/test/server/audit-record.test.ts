import { describe, expect, it } from 'vitest';
import { type JoinAuditRecord, JoinIamError, verifyJoinRequest } from '../../src/server/index.js';
import {
  CREDENTIALS,
  IDENTITY,
  identityResponse,
  NOW,
  PARAMETERS,
  scriptedTransport,
  startJoin,
} from '../support/fixtures.js';

describe('the audit record', () => {
  it('names the proven identity, the rule and the request of STS', async () => {
    const { request, options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    await verifyJoinRequest(request, {
      ...options,
      remoteAddress: '192.0.2.7',
      onAudit: (record) => {
        records.push(record);
      },
    });
    expect(records).toEqual([
      expect.objectContaining({
        time: NOW,
        outcome: 'joined',
        tokenName: 'iam-token',
        role: 'Node',
        nodeName: 'node-1',
        remoteAddress: '192.0.2.7',
        rule: 2,
        stsHost: 'sts.eu-central-1.amazonaws.com',
        stsRequestId: 'request-1',
        accessKeyId: CREDENTIALS.accessKeyId,
        identityVerified: true,
        account: IDENTITY.Account,
        arn: IDENTITY.Arn,
        userId: IDENTITY.UserId,
      }),
    ]);
    expect(JSON.stringify(records)).not.toContain(CREDENTIALS.sessionToken);
    expect(JSON.stringify(records)).not.toMatch(/[0-9a-f]{64}/);
  });

  it('escapes what the joiner wrote', async () => {
    const { options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    const parameters = { ...PARAMETERS, nodeName: 'a\n\u001b[31m' };
    const join = verifyJoinRequest(
      { requests: [] },
      { ...options, parameters, onAudit: (record) => void records.push(record) },
    );
    await expect(join).rejects.toThrowWithCode(JoinIamError, 'challenge-unknown');
    expect(records[0]).toMatchObject({
      outcome: 'refused',
      stage: 'challenge',
      nodeName: 'a\\u{a}\\u{1b}[31m',
      identityVerified: false,
    });
  });

  it('names the key a refused request claims', async () => {
    const { request, options } = await startJoin({ signingDate: new Date('2026-01-15T11:00:00Z') });
    const records: JoinAuditRecord[] = [];
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await expect(verifyJoinRequest(request, { ...options, onAudit })).rejects.toThrowWithCode(
      JoinIamError,
      'clock-skew',
    );
    expect(records).toMatchObject([
      { code: 'clock-skew', accessKeyId: CREDENTIALS.accessKeyId, identityVerified: false },
    ]);
  });

  it('keeps an outage apart from a refusal', async () => {
    const { request, options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    const { transport } = scriptedTransport(new Error('ECONNREFUSED'));
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await expect(
      verifyJoinRequest(request, { ...options, transport, onAudit }),
    ).rejects.toThrowWithCode(JoinIamError, 'sts-unavailable');
    expect(records).toMatchObject([
      { outcome: 'failed', stsHost: 'sts.eu-central-1.amazonaws.com', identityVerified: false },
    ]);
  });

  it('admits nobody when it cannot be written', async () => {
    const { request, options } = await startJoin();
    const onAudit = () => Promise.reject(new Error('disk full'));
    await expect(verifyJoinRequest(request, { ...options, onAudit })).rejects.toThrowWithCode(
      JoinIamError,
      'audit-failed',
    );
  });

  it('keeps the longest ARN whole', async () => {
    const { request, options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    const Arn = `${'arn:aws:iam::333333333333:user/'.padEnd(2_044, 'p')}/bob`;
    expect(Arn).toHaveLength(2_048);
    const UserId = 'AIDAEXAMPLEEXAMPLE12';
    const answer = identityResponse({ Account: '333333333333', Arn, UserId });
    await expect(
      verifyJoinRequest(request, {
        ...options,
        transport: scriptedTransport(answer).transport,
        onAudit: (record) => void records.push(record),
      }),
    ).rejects.toThrowWithCode(JoinIamError, 'no-rule-matched');
    expect(records).toMatchObject([{ arn: Arn, userId: UserId }]);
  });

  it('names the error of a callback, and nothing that its text holds', async () => {
    const { request, options } = await startJoin();
    const records: JoinAuditRecord[] = [];
    const cause = Object.assign(new Error('redis://user:hush@host'), { code: 'ECONNREFUSED' });
    const store = { ...options.store, take: () => Promise.reject(cause) };
    const onAudit = (record: JoinAuditRecord) => void records.push(record);
    await expect(verifyJoinRequest(request, { ...options, store, onAudit })).rejects.toMatchObject({
      code: 'callback-failed',
      cause,
    });
    expect(records).toMatchObject([{ outcome: 'failed', detail: 'Error ECONNREFUSED' }]);
    expect(JSON.stringify(records)).not.toContain('hush');
  });
});
