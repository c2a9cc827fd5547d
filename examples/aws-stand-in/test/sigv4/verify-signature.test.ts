import { describe, expect, it } from 'vitest';
import { outcome, send } from '../support/raw-request.js';
import { ACCOUNT, role } from '../support/seed.js';
import { FORM, NOW, sign, signSts } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start({ clock: () => NOW });
const gateway = standIn.credentialsFor('gateway');
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const ask = { Action: 'GetCallerIdentity' };

const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

type Raw = Awaited<ReturnType<typeof signSts>>;
const sendSts = async (signed: Raw, change: (raw: Raw) => Raw = (raw) => raw) =>
  outcome(await send(standIn.port, change(signed)));

const withHeader = (name: string, value: string | undefined) => (raw: Raw) => {
  const { [name]: _old, ...headers } = raw.headers;
  return { ...raw, headers: value === undefined ? headers : { ...headers, [name]: value } };
};

const withAuthorization = (edit: (text: string) => string) => (raw: Raw) =>
  withHeader('authorization', edit(raw.headers.authorization ?? ''))(raw);

describe('the signature of a query call', () => {
  it('passes when it is right, for users and for sessions', async () => {
    expect(await sendSts(await signSts(ask, { credentials: gateway }))).toEqual([200, undefined]);
    expect(await sendSts(await signSts(ask, { credentials: operator }))).toEqual([200, undefined]);
    expect(standIn.requests.map(({ principal }) => principal)).toEqual([
      `arn:aws:iam::${ACCOUNT}:user/gateway`,
      `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/alice`,
    ]);
  });

  const mismatch = [403, 'SignatureDoesNotMatch'];
  it('fails for a wrong secret', async () => {
    const credentials = { ...gateway, secretAccessKey: `${gateway.secretAccessKey.slice(1)}x` };
    expect(await sendSts(await signSts(ask, { credentials }))).toEqual(mismatch);
  });

  it('fails for any changed part', async () => {
    const signed = await signSts(ask, { credentials: gateway });
    const changes: readonly ((raw: Raw) => Raw)[] = [
      withHeader('content-type', `${FORM}; charset=utf-8`),
      (raw) => ({ ...raw, body: `${raw.body}&x=` }),
      (raw) => ({ ...raw, path: '/?Action=GetCallerIdentity' }),
      (raw) => ({ ...raw, method: 'PUT' }),
      withHeader('host', 'sts.us-east-1.amazonaws.com:443'),
      withHeader('x-amz-date', '20260504T120001Z'),
      withAuthorization((text) =>
        text.replace(/[0-9a-f]$/, (digit) => (digit === '0' ? '1' : '0')),
      ),
    ];
    for (const change of changes) expect(await sendSts(signed, change)).toEqual(mismatch);
  });

  it('ignores headers that were not signed and need not be', async () => {
    const signed = await signSts(ask, { credentials: gateway });
    expect(await sendSts(signed, withHeader('user-agent', 'other'))).toEqual([200, undefined]);
  });

  it('refuses an x-amz header that was not signed', async () => {
    const signed = await signSts(ask, { credentials: gateway });
    expect(await sendSts(signed, withHeader('x-amz-extra', '1'))).toEqual(mismatch);
    expect(standIn.requests.at(-1)?.errorMessage).toContain('x-amz-extra');
  });

  it('keeps the clock: five minutes each way, to the second', async () => {
    for (const [seconds, status] of [
      [-301, 403],
      [-300, 200],
      [300, 200],
      [301, 403],
    ] as const) {
      const signed = await signSts(ask, { credentials: gateway, signingDate: at(seconds) });
      expect((await sendSts(signed))[0]).toBe(status);
    }
  });

  it('answers with its own clock, from which SDKs correct theirs', async () => {
    const signed = await signSts(ask, { credentials: gateway, signingDate: at(-4000) });
    const response = await send(standIn.port, signed);
    expect(response.headers.date).toBe(NOW.toUTCString());
  });

  it('refuses a scope date that is not the date of the timestamp', async () => {
    const signed = await signSts(ask, { credentials: gateway });
    const change = withAuthorization((text) => text.replace('/20260504/', '/20260503/'));
    expect(await sendSts(signed, change)).toEqual(mismatch);
    expect(standIn.requests.at(-1)?.errorMessage).toContain('Date in Credential scope');
  });

  it('refuses the region and service of another endpoint', async () => {
    const region = await signSts(ask, { credentials: gateway, region: 'eu-west-1' });
    expect(await sendSts(region)).toEqual(mismatch);
    expect(standIn.requests.at(-1)?.errorMessage).toContain('valid region');
    const headers = { host: 'iam.amazonaws.com' };
    const service = await sign({ path: '/', headers }, { credentials: gateway, service: 'sts' });
    expect(await sendSts({ ...service, headers: service.headers })).toEqual(mismatch);
    expect(standIn.requests.at(-1)?.errorMessage).toContain("'iam'");
  });

  it('takes the global endpoint for us-east-1 only', async () => {
    const host = 'sts.amazonaws.com';
    expect(await sendSts(await signSts(ask, { credentials: gateway, host }))).toEqual([
      200,
      undefined,
    ]);
    const far = { credentials: gateway, host, region: 'eu-west-1' };
    expect(await sendSts(await signSts(ask, far))).toEqual(mismatch);
  });

  it('does not know a foreign key, nor a key of another partition', async () => {
    const unknown = [403, 'InvalidClientTokenId'];
    const credentials = { ...gateway, accessKeyId: 'AKIAUNKNOWNUNKNOWN' };
    expect(await sendSts(await signSts(ask, { credentials }))).toEqual(unknown);
    const host = 'sts.us-gov-west-1.amazonaws.com';
    const gov = { credentials: gateway, host, region: 'us-gov-west-1' };
    expect(await sendSts(await signSts(ask, gov))).toEqual(unknown);
  });

  it('wants the token that was issued, signed, and none with a long-term key', async () => {
    const unknown = [403, 'InvalidClientTokenId'];
    const { sessionToken: _token, ...bare } = operator;
    expect(await sendSts(await signSts(ask, { credentials: bare }))).toEqual(unknown);
    const other = { ...operator, sessionToken: `${operator.sessionToken}x` };
    expect(await sendSts(await signSts(ask, { credentials: other }))).toEqual(unknown);
    const extra = { ...gateway, sessionToken: operator.sessionToken };
    expect(await sendSts(await signSts(ask, { credentials: extra }))).toEqual(unknown);
  });

  it('calls an expired session expired', async () => {
    const over = { sessionName: 'alice', durationSeconds: -1 };
    const credentials = standIn.roleSession(role('Operator'), over);
    expect(await sendSts(await signSts(ask, { credentials }))).toEqual([403, 'ExpiredToken']);
  });

  it('refuses malformed and doubled authentication', async () => {
    const signed = await signSts(ask, { credentials: gateway });
    const incomplete = [400, 'IncompleteSignature'];
    for (const edit of [
      (text: string) => text.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'),
      (text: string) => text.replace('/aws4_request', ''),
      (text: string) => text.replace(/, Signature=.*/, ''),
      (text: string) => text.replace(/SignedHeaders=[^,]+/, 'SignedHeaders=x-amz-date;host'),
      (text: string) => `${text}, Signature=${'0'.repeat(64)}`,
      (text: string) => `${text}, Extra=1`,
    ]) {
      expect(await sendSts(signed, withAuthorization(edit))).toEqual(incomplete);
    }
    expect(await sendSts(signed, (raw) => ({ ...raw, path: '/?X-Amz-Signature=0' }))).toEqual(
      incomplete,
    );
    expect(await sendSts(signed, withHeader('x-amz-date', '20260231T120000Z'))).toEqual(incomplete);
    expect(await sendSts(signed, withHeader('authorization', undefined))).toEqual([
      403,
      'MissingAuthenticationToken',
    ]);
  });

  it('never shows a secret in an answer or in the log', async () => {
    const credentials = { ...operator, secretAccessKey: gateway.secretAccessKey };
    const response = await send(standIn.port, await signSts(ask, { credentials }));
    const shown = response.text + JSON.stringify(standIn.requests);
    expect(response.text).toContain('The Canonical String for this request');
    for (const secret of [gateway.secretAccessKey, operator.sessionToken]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(encodeURIComponent(secret));
    }
  });
});
