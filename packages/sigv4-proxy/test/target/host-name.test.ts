import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { parseHostName } from '../../src/target/host-name.js';

describe('parseHostName', () => {
  it('keeps the port apart and folds case', () => {
    expect(parseHostName('STS.amazonaws.com:8443')).toEqual({
      name: 'sts.amazonaws.com',
      port: '8443',
    });
  });

  it.each(['bad_bucket.s3.amazonaws.com', 'bad_bucket.s3-us-west-2.amazonaws.com'])(
    'takes the underscore of an old bucket: %s',
    (host) => {
      expect(parseHostName(host).name).toBe(host);
    },
  );

  it.each([
    ['nothing', ''],
    ['a name with a trailing dot', 'sts.amazonaws.com.'],
    ['an empty label', 'sts..amazonaws.com'],
    ['an underscore left of no S3 label', 'bad_label.sts.amazonaws.com'],
    ['an underscore right of the S3 label', 's3.bad_label.amazonaws.com'],
    ['a hyphen at an end', 'sts-.amazonaws.com'],
    ['userinfo', 'a@sts.amazonaws.com'],
    ['a backslash', 'evil.example\\.amazonaws.com'],
    ['a fragment', 'evil.example#.amazonaws.com'],
    ['a tab', 'sts.amazonaws.com\t'],
    ['letters beyond ASCII that fold to ASCII', '\u212athis.amazonaws.com'],
    ['a full-width dot', 'sts\uff0eamazonaws.com'],
    ['an empty port', 'sts.amazonaws.com:'],
    ['two ports', 'sts.amazonaws.com:443:443'],
    ['a scheme', 'https://sts.amazonaws.com'],
    ['an IPv4 address', '127.0.0.1'],
    ['a short IPv4 address', '127.1'],
    ['a hexadecimal last label', 'a.0x7f'],
    ['an IPv6 address', '[::1]'],
    ['a name that is too long', `${'a.'.repeat(126)}aa`],
    ['a label that is too long', `${'a'.repeat(64)}.amazonaws.com`],
  ])('refuses %s', (_, host) => {
    expect(() => parseHostName(host)).toThrowWithCode(SigV4ProxyError, 'bad-host');
  });

  it('does not repeat hostile input in its message', () => {
    expect(() => parseHostName('evil\r\nX: 1')).toThrow(/^[^\r\n]*$/);
    expect(() => parseHostName('evil\r\nX: 1')).not.toThrow(/evil/);
  });
});
