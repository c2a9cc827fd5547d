import { ConfigError, formatDuration, parseDuration } from '@postern/config/duration';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['never', 0],
    ['.5h', 1800],
    ['1.h', 3600],
    ['1h1h', 7200],
    ['1s1h', 3601],
    ['+15m', 900],
    ['-90m', -5400],
    ['1mo', 2_592_000],
    ['1y', 31_536_000],
    ['1m1ms', 60.001],
    ['5us', 0.000005],
    ['5µs', 0.000005],
    ['5μs', 0.000005],
    ['7ns', 7e-9],
    ['292y', 9_208_512_000],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text) + 0).toBe(seconds);
  });

  it.each([
    '',
    '10',
    '.h',
    'h',
    '+',
    '-',
    '1',
    '1w',
    '1H',
    'Never',
    '-never',
    '8 h',
    ' 8h',
    '8h ',
    '8h\n',
    '1,5h',
    '--1h',
    '1e3s',
    '00',
    '300y',
    '٣h',
    `${'9'.repeat(200)}h`,
    '1h'.repeat(200),
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrowWithCode(ConfigError, 'invalid-duration');
  });

  it('refuses values that are no text, for callers without types', () => {
    const parse: (value: never) => number = parseDuration;
    for (const value of [5, null, undefined, ['1h'], {}]) {
      expect(() => Reflect.apply(parse, undefined, [value])).toThrowWithCode(
        ConfigError,
        'invalid-duration',
      );
    }
  });

  it('throws nothing but its own error, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789.hmsnuµdyo+- '), maxLength: 40 }),
        (text) => {
          try {
            expect(Number.isFinite(parseDuration(text))).toBe(true);
          } catch (error) {
            expect(error).toThrowWithCode(ConfigError, 'invalid-duration');
          }
        },
      ),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [30_600, '8h30m0s'],
    [900, '15m0s'],
    [1.5, '1.5s'],
    [0.3, '300ms'],
    [0.000002, '2µs'],
    [7e-9, '7ns'],
    [-5400, '-1h30m0s'],
    [3600.25, '1h0m0.25s'],
    [108_000, '30h0m0s'],
  ])('writes %d as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e11])(
    'refuses %d',
    (seconds) => {
      expect(() => formatDuration(seconds)).toThrowWithCode(ConfigError, 'invalid-duration');
    },
  );

  it('is read back to the same number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });

  it('is read back to the nanosecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), (nanoseconds) => {
        const seconds = nanoseconds / 1e9;
        expect(Math.round(parseDuration(formatDuration(seconds)) * 1e9)).toBe(nanoseconds);
      }),
    );
  });
});
