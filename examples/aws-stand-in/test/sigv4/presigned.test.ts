import { describe, expect, it } from 'vitest';
import { outcome, send } from '../support/raw-request.js';
import { role } from '../support/seed.js';
import { NOW, presign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start({ clock: () => NOW });
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const S3_HOST = 'demo-bucket.s3.us-east-1.amazonaws.com';
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const ask = { Action: 'GetCallerIdentity' };

describe('a presigned request', () => {
  const STS_HOST = 'sts.us-east-1.amazonaws.com';
  const presignSts = () =>
    presign(
      STS_HOST,
      '/',
      { ...ask, Version: '2011-06-15' },
      { credentials: operator, service: 'sts' },
    );

  it('passes when it is right', async () => {
    const sts = await presignSts();
    expect(outcome(await send(standIn.port, sts))).toEqual([200, undefined]);
  });

  it('fails when a parameter is changed, added or given twice', async () => {
    const sts = await presignSts();
    const altered = { ...sts, path: `${sts.path}&DurationSeconds=1` };
    expect(outcome(await send(standIn.port, altered))).toEqual([403, 'SignatureDoesNotMatch']);
    const longer = { ...sts, path: sts.path.replace('X-Amz-Expires=600', 'X-Amz-Expires=601') };
    expect(outcome(await send(standIn.port, longer))).toEqual([403, 'SignatureDoesNotMatch']);
    const twice = { ...sts, path: `${sts.path}&X-Amz-Date=20260504T120000Z` };
    expect(outcome(await send(standIn.port, twice))).toEqual([400, 'IncompleteSignature']);
  });

  it('is refused by S3 after its time, and passes in it', async () => {
    let now = NOW;
    const later = await start({ clock: () => now });
    const credentials = later.roleSession(role('Operator'), { sessionName: 'alice' });
    const url = await presign(S3_HOST, '/missing', {}, { credentials, service: 's3' });
    expect(outcome(await send(later.port, url))).toEqual([404, 'NoSuchKey']);
    now = at(600);
    expect(outcome(await send(later.port, url))).toEqual([404, 'NoSuchKey']);
    now = at(601);
    expect(outcome(await send(later.port, url))).toEqual([403, 'AccessDenied']);
  });

  it('of the old signature version is named as such', async () => {
    const path = '/x?AWSAccessKeyId=AKIA&Signature=x&Expires=1';
    const old = await send(standIn.port, { path, headers: { host: S3_HOST } });
    expect(outcome(old)).toEqual([400, 'InvalidRequest']);
    const authorization = `AWS ${operator.accessKeyId}:x`;
    const header = await send(standIn.port, {
      path: '/x',
      headers: { host: S3_HOST, authorization },
    });
    expect(outcome(header)).toEqual([400, 'InvalidRequest']);
  });

  it('lives one second to seven days, and every parameter counts', async () => {
    const url = await presign(S3_HOST, '/x', {}, { credentials: operator, service: 's3' });
    for (const expires of ['0', '604801', '-1', '1e3']) {
      const path = url.path.replace('X-Amz-Expires=600', `X-Amz-Expires=${expires}`);
      expect(outcome(await send(standIn.port, { ...url, path }))).toEqual([
        400,
        'AuthorizationQueryParametersError',
      ]);
    }
  });
});
