import {
  ConfigError,
  expandRegion,
  getConsoleEndpoints,
  getPartition,
  isPartitionName,
  isPublishedRegion,
  partitionNames,
  resolvePartition,
  tryResolvePartition,
} from '@postern/config/aws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('callers without types', () => {
  it.each([null, undefined, 5, ['us-east-1'], {}])(
    'get a coded error for the region %j',
    (region) => {
      const call = (f: (...args: never[]) => unknown) => Reflect.apply(f, undefined, [region]);
      expect(() => call(resolvePartition)).toThrowWithCode(ConfigError, 'invalid-region');
      expect(call(tryResolvePartition)).toBeUndefined();
      expect(call(expandRegion)).toBeUndefined();
    },
  );
});

describe('resolvePartition', () => {
  it('finds every published region in its own partition', () => {
    for (const name of partitionNames()) {
      const { regions, pseudoRegions } = getPartition(name);
      for (const region of [...regions, ...pseudoRegions]) {
        expect(resolvePartition(region)).toMatchObject({ name, matchedBy: 'region' });
      }
    }
  });

  it.each([
    ['eu-central-9', 'aws'],
    ['us-gov-south-1', 'aws-us-gov'],
    ['cn-east-1', 'aws-cn'],
    ['us-isob-north-2', 'aws-iso-b'],
    ['eusc-de-west-1', 'aws-eusc'],
  ])('takes %s for a new region of %s', (region, name) => {
    expect(resolvePartition(region)).toMatchObject({ name, matchedBy: 'regex' });
  });

  it('refuses a region of no partition, unless the default is asked for', () => {
    expect(() => resolvePartition('xx-mars-1')).toThrowWithCode(ConfigError, 'unknown-region');
    expect(() => resolvePartition('eusc-fr-east-1')).toThrowWithCode(ConfigError, 'unknown-region');
    expect(tryResolvePartition('xx-mars-1')).toBeUndefined();
    expect(resolvePartition('xx-mars-1', { unknown: 'aws' })).toMatchObject({
      name: 'aws',
      matchedBy: 'default',
    });
  });

  it.each([
    '',
    'US-EAST-1',
    'us-east-1.evil.example',
    'us-east-1/',
    'us-east-1@evil',
    'us-east-1\n',
    'us east 1',
    'us--east-1',
    '-us-east-1',
    'us',
    `us-${'e'.repeat(80)}-1`,
  ])('refuses %j as no region name', (region) => {
    expect(() => resolvePartition(region, { unknown: 'aws' })).toThrowWithCode(
      ConfigError,
      'invalid-region',
    );
    expect(tryResolvePartition(region)).toBeUndefined();
  });

  it.each([
    ['us-east-1a', 'us-east-1'],
    ['us-west-2-lax-1a', 'us-west-2'],
    ['us-gov-west-1b', 'us-gov-west-1'],
  ])('names the region of the availability zone %s', (zone, hint) => {
    expect(() => resolvePartition(zone)).toThrow(
      expect.objectContaining({ code: 'invalid-region', hint }),
    );
  });

  it('never leads out of the zones of AWS, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'usegov-1./@: A'), maxLength: 20 }),
        (region) => {
          const found = tryResolvePartition(region);
          if (found) expect(region).toMatch(/^[a-z0-9-]+$/);
        },
      ),
    );
  });
});

describe('getPartition', () => {
  it('refuses other names', () => {
    expect(() => getPartition('AWS')).toThrowWithCode(ConfigError, 'unknown-partition');
    expect(() => getPartition('__proto__')).toThrowWithCode(ConfigError, 'unknown-partition');
    expect(isPartitionName('aws-iso-f')).toBe(true);
    expect(isPartitionName('constructor')).toBe(false);
  });

  it('gives tables that callers cannot change for others', () => {
    expect(Object.isFrozen(getPartition('aws'))).toBe(true);
    expect(Object.isFrozen(getPartition('aws').regions)).toBe(true);
    expect(Object.isFrozen(getConsoleEndpoints('aws'))).toBe(true);
  });
});

describe('expandRegion', () => {
  it.each([
    ['use1', 'us-east-1'],
    ['euw1', 'eu-west-1'],
    ['apse2', 'ap-southeast-2'],
    ['APNE1', 'ap-northeast-1'],
    ['usgw1', 'us-gov-west-1'],
    ['usgove1', 'us-gov-east-1'],
    ['cnnw1', 'cn-northwest-1'],
    ['eu-central-1', 'eu-central-1'],
    ['use9', undefined],
    ['', undefined],
  ])('expands %j to %j', (short, region) => {
    expect(expandRegion(short)).toBe(region);
  });

  it('gives one region for each short form', () => {
    const regions = partitionNames().flatMap((name) => getPartition(name).regions);
    expect(new Set(regions.map((region) => expandRegion(region))).size).toBe(regions.length);
    expect(regions.every(isPublishedRegion)).toBe(true);
    expect(isPublishedRegion('aws-global')).toBe(false);
  });
});

describe('getConsoleEndpoints', () => {
  it('tells which hosts are published', () => {
    expect(getConsoleEndpoints('aws-us-gov')).toMatchObject({
      consoleHosts: ['console.amazonaws-us-gov.com'],
      signinFipsHost: 'signin-fips.amazonaws-us-gov.com',
      labelFreeRegion: 'us-gov-west-1',
      consoleInferred: false,
    });
    expect(getConsoleEndpoints('aws-iso')).toMatchObject({
      consoleInferred: true,
      signinHost: undefined,
    });
  });
});
