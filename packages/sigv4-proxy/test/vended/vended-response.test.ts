import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import type { HeaderList } from '../../src/request.js';
import { readVendedResponse } from '../../src/vended/vended-response.js';

const KEYS = { accessKeyId: 'SV00NEW', secretAccessKey: 'new+secret', sessionToken: 'new/token==' };
const REAL = ['ASIAREALKEY', 'real/secret', 'real+token=='];
const XML = `<?xml version="1.0"?>
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>AROA:me</AssumedRoleId><Arn>arn:aws:sts::111111111111:assumed-role/r/me</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAREALKEY</AccessKeyId>
      <SecretAccessKey>real/secret</SecretAccessKey>
      <SessionToken>real&#43;token==</SessionToken>
      <Expiration>2026-11-20T13:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
</AssumeRoleResponse>`;

const read = (text: string, headers: HeaderList = [], status = 200) =>
  readVendedResponse({ status, headers, body: Buffer.from(text) });
const text = (body: Uint8Array) => Buffer.from(body).toString('utf8');

describe('readVendedResponse', () => {
  it.each(['{"jobs":[]}', '{ "jobs" : [] }\n'])(
    'lets an answer without any job pass: %s',
    (empty) => {
      expect(read(empty)).toBeUndefined();
    },
  );

  it.each(['{"jobs":["x"]}', '{"jobs":[{"a":7}]}', '{"more":[]}', '{}', ''])(
    'takes none with one for empty: %s',
    (full) => {
      expect(() => read(full)).toThrowWithCode(SigV4ProxyError, 'upstream');
    },
  );

  it('reads the words of Systems Manager', () => {
    const credentials = {
      AccessKeyId: REAL[0],
      SecretAccessKey: REAL[1],
      SessionToken: REAL[2],
      ExpirationTime: 1_795_176_000,
    };
    const found = read(
      JSON.stringify({ AccessRequestStatus: 'Approved', Credentials: credentials }),
    );
    expect(found?.credentials.expiration).toEqual(new Date(1_795_176_000_000));
  });

  it('reads XML of STS and puts other keys in place, byte for byte else', () => {
    const response = read(XML, [
      ['Content-Type', 'text/xml'],
      ['Content-Length', '999'],
      ['x-amz-crc32', '1'],
      ['ETag', '"x"'],
    ]);
    expect(response?.credentials).toEqual({
      accessKeyId: REAL[0],
      secretAccessKey: REAL[1],
      sessionToken: REAL[2],
      expiration: new Date('2026-11-20T13:00:00Z'),
    });
    expect(response?.assumedRoleArn).toBe('arn:aws:sts::111111111111:assumed-role/r/me');
    const replaced = response?.replace(KEYS);
    const expected = XML.replace('ASIAREALKEY', KEYS.accessKeyId)
      .replace('real/secret', KEYS.secretAccessKey)
      .replace('real&#43;token==', KEYS.sessionToken);
    expect(text(replaced?.body ?? new Uint8Array())).toBe(expected);
    expect(replaced?.headers).toEqual([
      ['Content-Type', 'text/xml'],
      ['Content-Length', String(Buffer.byteLength(expected))],
    ]);
  });

  it.each([
    [
      'STS as JSON',
      {
        AssumeRoleResponse: {
          AssumeRoleResult: {
            Credentials: {
              AccessKeyId: REAL[0],
              SecretAccessKey: REAL[1],
              SessionToken: REAL[2],
              Expiration: 1795179600,
            },
          },
        },
      },
    ],
    [
      'the portal',
      {
        roleCredentials: {
          accessKeyId: REAL[0],
          secretAccessKey: REAL[1],
          sessionToken: REAL[2],
          expiration: 1795179600000,
        },
      },
    ],
    [
      'Cognito',
      {
        IdentityId: 'x',
        Credentials: {
          AccessKeyId: REAL[0],
          SecretKey: REAL[1],
          SessionToken: REAL[2],
          Expiration: 1.7951796e9,
        },
      },
    ],
    [
      'EKS',
      {
        subject: {},
        credentials: {
          accessKeyId: REAL[0],
          secretAccessKey: REAL[1],
          sessionToken: REAL[2],
          expiration: '2026-11-20T13:00:00Z',
        },
      },
    ],
  ])('reads %s', (_, document) => {
    const response = read(JSON.stringify(document));
    expect(response?.credentials.expiration).toEqual(new Date('2026-11-20T13:00:00Z'));
    const replaced = text(response?.replace(KEYS).body ?? new Uint8Array());
    for (const secret of REAL) expect(replaced).not.toContain(secret);
    const swap = (value: string) =>
      value
        .replace(REAL[0] ?? '', KEYS.accessKeyId)
        .replace(REAL[1] ?? '', KEYS.secretAccessKey)
        .replace(REAL[2] ?? '', KEYS.sessionToken);
    expect(JSON.parse(replaced)).toEqual(JSON.parse(swap(JSON.stringify(document))));
  });

  it('finds credentials inside lists too', () => {
    const document = {
      results: [1, { Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't' } }],
    };
    const replaced = read(JSON.stringify(document))?.replace(KEYS);
    expect(JSON.parse(text(replaced?.body ?? new Uint8Array()))).toEqual({
      results: [
        1,
        {
          Credentials: {
            AccessKeyId: KEYS.accessKeyId,
            SecretAccessKey: KEYS.secretAccessKey,
            SessionToken: KEYS.sessionToken,
          },
        },
      ],
    });
  });

  it('reads the session of S3 Express', () => {
    const xml = `<CreateSessionResult><Credentials><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey><AccessKeyId>a</AccessKeyId><Expiration>2026-11-20T12:05:00Z</Expiration></Credentials></CreateSessionResult>`;
    expect(read(xml)?.credentials).toMatchObject({
      accessKeyId: 'a',
      secretAccessKey: 's',
      sessionToken: 't',
    });
  });

  it('has nothing to say about errors', () => {
    expect(read(XML, [], 403)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no credentials', '<A><B>x</B></A>'],
    [
      'two credentials',
      XML.replace(
        '</Credentials>',
        '</Credentials><Credentials><AccessKeyId>b</AccessKeyId></Credentials>',
      ),
    ],
    ['a comment', XML.replace('<AccessKeyId>', '<!-- x --><AccessKeyId>')],
    ['CDATA', XML.replace('real/secret', '<![CDATA[real/secret]]>')],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${XML}`],
    ['elements that cross', '<A><B></A></B>'],
    ['an element that stays open', '<A><Credentials>'],
    ['no secret', XML.replace(/SecretAccessKey/g, 'Other')],
    ['no token', XML.replace(/SessionToken/g, 'Other')],
    ['depth', '<a>'.repeat(40) + '</a>'.repeat(40)],
    ['JSON with two credentials', JSON.stringify([{ accessKeyId: 'a' }, { AccessKeyId: 'b' }])],
    [
      'JSON with two names for one field',
      JSON.stringify({
        accessKeyId: 'a',
        AccessKeyId: 'b',
        secretAccessKey: 's',
        sessionToken: 't',
      }),
    ],
    [
      'JSON with numbers for keys',
      JSON.stringify({ accessKeyId: 1, secretAccessKey: 2, sessionToken: 3 }),
    ],
    ['no JSON', '{"accessKeyId":'],
    ['too much', `${XML}${' '.repeat(64 * 1024)}`],
  ])('lets no successful answer pass that it cannot read: %s', (_, body) => {
    expect(() => read(body)).toThrowWithCode(SigV4ProxyError, 'upstream');
    expect(() => read(body)).not.toThrow(/real/);
  });

  it('does not look into compressed answers', () => {
    expect(() => read(XML, [['Content-Encoding', 'gzip']])).toThrowWithCode(
      SigV4ProxyError,
      'upstream',
    );
  });

  it('keeps secrets that look like markup or patterns in place', () => {
    const odd = { ...KEYS, sessionToken: '$&$1/+=' };
    expect(text(read(XML)?.replace(odd).body ?? new Uint8Array())).toContain(
      '<SessionToken>$&$1/+=</SessionToken>',
    );
  });

  it('gets only our error out of any text, in linear time', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '/',
      '<Credentials>',
      '</Credentials>',
      '<AccessKeyId>',
      '{',
      '"accessKeyId"',
      ':',
      '"x"',
      '}',
      '&#x110000;',
      '&#0;',
      ' a="',
      '?',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 20 }),
        (parts) => {
          try {
            read(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(SigV4ProxyError);
          }
        },
      ),
      { numRuns: 1000 },
    );
    for (const unit of ['<', '<a ', '<a b', '<?', '<a>', '</', '<a/>', '[', '{"a":']) {
      expect(() => read(unit.repeat(60_000 / unit.length))).toThrow(SigV4ProxyError);
    }
  });
});
