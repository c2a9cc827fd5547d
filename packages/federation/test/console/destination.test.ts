import { describe, expect, it } from 'vitest';
import {
  type ConsoleDestinationQuery,
  FederationError,
  resolveConsoleDestination,
  serviceShortcuts,
} from '../../src/index.js';

const aws = (page: Record<string, unknown>) =>
  // The runtime check for callers without types is under test.
  resolveConsoleDestination({ partition: 'aws', ...page } as ConsoleDestinationQuery);

const refuses = (page: Record<string, unknown>, code: string): void => {
  expect(() => aws(page)).toThrowWithCode(FederationError, code);
};

describe('resolveConsoleDestination by url', () => {
  it('normalises the host and keeps every byte behind it', () => {
    expect(aws({ url: 'HTTPS://Console.AWS.amazon.com.:443/a/../b//c?x=%2F&y#z?/' })).toBe(
      'https://console.aws.amazon.com/a/../b//c?x=%2F&y#z?/',
    );
    expect(aws({ url: 'https://console.aws.amazon.com?x=1' })).toBe(
      'https://console.aws.amazon.com/?x=1',
    );
  });

  it('drops the tag of a multi-session host, which belongs to another session', () => {
    expect(
      aws({ url: 'https://111122223333-AbCd1234.us-east-1.console.aws.amazon.com/s3/buckets' }),
    ).toBe('https://us-east-1.console.aws.amazon.com/s3/buckets');
  });

  it.each([
    'https://console.aws.amazon.com\\@evil.example/',
    'https://console.aws.amazon.com\t.evil.example/',
    'https://console.aws.amazon.com%2eevil.example/',
    'https://console。aws.amazon.com/',
    'https://user@console.aws.amazon.com/',
    'https://console.aws.amazon.com:8443/',
    'https://signin.aws.amazon.com/federation',
    'https://cn-north-1.console.aws.amazon.com/',
    'javascript:alert(1)//console.aws.amazon.com',
    '//console.aws.amazon.com/',
    '',
  ])('refuses %j', (url) => refuses({ url }, 'destination-not-allowed'));

  it('refuses inferred hosts unless asked', () => {
    const url = 'https://console.c2shome.ic.gov/';
    const iso = { url, partition: 'aws-iso' };
    expect(() => resolveConsoleDestination(iso)).toThrowWithCode(
      FederationError,
      'destination-not-allowed',
    );
    expect(resolveConsoleDestination({ ...iso, allowInferredHosts: true })).toBe(url);
  });
});

describe('resolveConsoleDestination by path', () => {
  it('adds the region before the fragment unless it is there', () => {
    const region = 'eu-west-1';
    const host = 'https://eu-west-1.console.aws.amazon.com';
    expect(aws({ path: 'ec2/home?a=1#x?y', region })).toBe(
      `${host}/ec2/home?a=1&region=eu-west-1#x?y`,
    );
    expect(aws({ path: '/x?region=us-east-1', region })).toBe(`${host}/x?region=us-east-1`);
    expect(aws({ path: 'x', region: undefined })).toBe('https://console.aws.amazon.com/x');
    expect(aws({ path: '@evil.example/' })).toBe('https://console.aws.amazon.com/@evil.example/');
  });

  it.each(['//evil.example/', '/\\evil.example', 'HTTP:x', 'a\nb', 'ä', 'x\\y'])(
    'refuses %j',
    (path) => refuses({ path }, 'destination-not-allowed'),
  );
});

describe('resolveConsoleDestination by arn', () => {
  it('takes the region of the ARN, or the one given', () => {
    const role = 'arn:aws:iam::111122223333:role/x';
    expect(aws({ arn: role })).toBe(
      'https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fx',
    );
    expect(aws({ arn: role, region: 'eu-west-1' })).toContain('https://eu-west-1.console.');
  });

  it('refuses another partition and what is no ARN', () => {
    refuses({ arn: 'arn:aws-cn:iam::111122223333:role/x' }, 'partition-mismatch');
    refuses({ arn: 'arn:aws:iam' }, 'malformed-arn');
  });
});

describe('resolveConsoleDestination by service', () => {
  it('knows 193 names, 300 with aliases (and the empty one), each once', () => {
    const names = serviceShortcuts.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(serviceShortcuts).toHaveLength(193);
    expect(names).toHaveLength(300);
    expect(new Set(names).size).toBe(names.length);
  });

  it('opens every one of them on a console host', () => {
    for (const { name, aliases } of serviceShortcuts) {
      for (const service of [name, ...aliases, name.toUpperCase()]) {
        expect(aws({ service, region: 'us-west-2' })).toMatch(
          /^https:\/\/[a-z0-9.-]+\.amazon\.com\//,
        );
      }
    }
  });

  it('gives global pages no region, by the entry and not by its path', () => {
    expect(aws({ service: 'iam', region: 'eu-west-1' })).toBe(
      'https://console.aws.amazon.com/iam/home#/home',
    );
  });

  it('opens pages with a host of their own in partition aws only', () => {
    expect(aws({ service: 'qs' })).toBe('https://quicksight.aws.amazon.com/sn/start');
    expect(() =>
      resolveConsoleDestination({ service: 'lightsail', partition: 'aws-cn' }),
    ).toThrowWithCode(FederationError, 'service-not-in-partition');
  });

  it.each([
    ['ec3', ['ec2', 'ecr', 'ecs']],
    ['lamda', ['lambda']],
    ['clodformation', ['cloudformation']],
    ['no-such-service', []],
    ['x'.repeat(4000), []],
  ])('refuses %s with near names', (service, suggestions) => {
    refuses({ service }, 'unknown-service');
    expect(() => aws({ service })).toThrow(expect.objectContaining({ suggestions }));
  });
});

describe('resolveConsoleDestination', () => {
  it.each([{}, { url: 'https://console.aws.amazon.com/', service: 'ec2' }, { service: 7 }])(
    'refuses %j: one way is needed',
    (page) => refuses(page, 'invalid-argument'),
  );

  it('refuses regions before they become part of a host', () => {
    refuses({ service: 'ec2', region: 'evil.example/#' }, 'invalid-region');
    refuses({ service: 'iam', region: 'cn-north-1' }, 'partition-mismatch');
  });

  it('counts what it adds to the length', () => {
    const path = 'x'.repeat(4090);
    refuses({ path, region: 'us-east-1' }, 'destination-too-long');
    refuses({ service: 'x'.repeat(5000) }, 'destination-too-long');
  });
});
