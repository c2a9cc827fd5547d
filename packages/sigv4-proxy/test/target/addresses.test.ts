import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { filterAddresses, isBlockedAddress } from '../../src/target/addresses.js';

describe('isBlockedAddress', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '0.0.0.0',
    '0',
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '0xa9fea9fe',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::7f00:1',
    '64:ff9b::169.254.169.254',
    '2002:7f00:1::',
    '64:ff9b:1::a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'not an address',
    '1.2.3.4.5',
    '256.1.1.1',
    '1:2:3',
    '::1::',
    '',
  ])('closes %s', (address) => {
    expect(isBlockedAddress(address)).toBe(true);
  });

  it.each([
    '52.94.5.1',
    '2600:1f18::1',
    '::ffff:52.94.5.1',
    '100.20.0.1',
    '172.15.0.1',
    '192.169.0.1',
    '198.20.0.1',
    '2001:4860::1',
  ])('opens %s', (address) => {
    expect(isBlockedAddress(address, { allowPrivate: false })).toBe(false);
  });

  it.each([
    '10.0.0.5',
    '172.16.3.4',
    '192.168.1.1',
    '100.64.0.1',
    '198.18.0.1',
    '198.19.255.1',
    'fd12::1',
    '::ffff:10.0.0.5',
  ])('opens private %s for AWS hosts only', (address) => {
    expect(isBlockedAddress(address)).toBe(false);
    expect(isBlockedAddress(address, { allowPrivate: false })).toBe(true);
  });

  it('closes every notation of a loopback address', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x7f000000, max: 0x7fffffff }), (value) => {
        const low = value % 2 ** 24;
        const forms = [
          String(value),
          `0x${value.toString(16)}`,
          `0${value.toString(8)}`,
          `127.${low}`,
          `0x7f.${low}`,
          `::ffff:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`,
        ];
        expect(forms.filter((form) => !isBlockedAddress(form))).toEqual([]);
      }),
    );
  });
});

describe('filterAddresses', () => {
  it('keeps the reachable ones in order', () => {
    const answer = ['127.0.0.1', '52.94.5.1', 'fe80::1', '10.0.0.1'];
    expect(filterAddresses(answer)).toEqual(['52.94.5.1', '10.0.0.1']);
    expect(filterAddresses(answer, { allowPrivate: false })).toEqual(['52.94.5.1']);
  });

  it.each([[['127.0.0.1']], [[]], [['10.0.0.1', '::1']]])(
    'refuses an answer of which nothing is left: %j',
    (answer) => {
      expect(() => filterAddresses(answer, { allowPrivate: false })).toThrowWithCode(
        SigV4ProxyError,
        'blocked-address',
      );
    },
  );
});
