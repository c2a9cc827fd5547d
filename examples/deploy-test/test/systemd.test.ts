import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deploy,
  freePorts,
  resources,
  root,
  skipUnlessCi,
  start,
  startAws,
  temporaryFolder,
  writeUsers,
} from './support/world.js';

/** The unit as sections of name and values, continued lines joined. */
function readUnit(path: string): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const unit = new Map<string, Map<string, string[]>>();
  let section = new Map<string, string[]>();
  for (const line of readFileSync(path, 'utf8')
    .replace(/\\\n\s*/g, '')
    .split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, heading] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (heading !== undefined) {
      section = new Map();
      unit.set(heading, section);
      continue;
    }
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`${path}: "${line}" is no setting`);
    section.set(name, [...(section.get(name) ?? []), value]);
  }
  return unit;
}

const file = join(deploy, 'systemd/postern.service');
const service = readUnit(file).get('Service') ?? new Map<string, readonly string[]>();
const folder = temporaryFolder();

/** Seconds, as the unit writes them. */
const stopSeconds = Number(service.get('TimeoutStopSec')?.[0]);

describe('the systemd unit', () => {
  it.each([
    ['DynamicUser', 'yes'],
    ['NoNewPrivileges', 'yes'],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['UMask', '0077'],
    ['Restart', 'on-failure'],
    ['KillSignal', 'SIGTERM'],
  ])('has %s=%s', (name, value) => {
    expect(service.get(name)).toEqual([value]);
  });

  it('hands secrets over as credentials and has none in its text', () => {
    expect(service.get('LoadCredential')).toEqual(['users.json:/etc/postern/users.json']);
    for (const name of ['postern.service', 'postern.env', 'aws-keys.conf', 'oidc.conf']) {
      const text = readFileSync(join(deploy, 'systemd', name), 'utf8');
      expect(text).not.toMatch(/AWS_SECRET_ACCESS_KEY=|AKIA|\$scrypt\$/);
    }
  });

  const analyze = (...args: string[]) =>
    spawnSync('systemd-analyze', args, { encoding: 'utf8', env: { PATH: process.env.PATH } });

  it('pleases systemd-analyze', ({ skip }) => {
    if (analyze('--version').error) {
      skipUnlessCi(skip, 'systemd-analyze is missing: apt-get install systemd');
    }
    // Programs must be there for it; those of this machine stand elsewhere.
    const copy = join(folder, 'postern.service');
    const program = join(root, 'examples/gateway');
    const text = readFileSync(file, 'utf8')
      .replace('/usr/bin/node', process.execPath)
      .replace('/opt/postern', program);
    writeFileSync(copy, text);
    const verified = analyze('verify', copy);
    expect(verified.stderr).toBe('');
    expect(verified.status).toBe(0);
    const spoiled = join(folder, 'spoiled.service');
    writeFileSync(spoiled, text.replace('ProtectHome=', 'ProtectHoem='));
    expect(analyze('verify', spoiled).stderr).toContain('ProtectHoem');
    const secure = analyze('security', '--offline=true', '--threshold=20', copy);
    expect(secure.status, secure.stdout.trim().split('\n').at(-1)).toBe(0);
  });
});

describe('its ExecStart, run for real', () => {
  let world: Awaited<ReturnType<typeof startAws>>;
  beforeAll(async () => {
    world = await startAws();
  });
  afterAll(() => world.aws.close());

  /** What systemd would make of the line: `${NAME}` is one word, `$NAME` is as many as it has. */
  const expand = (line: string, variables: ReadonlyMap<string, string>) => {
    const settingOf = (name: string) => {
      const value = variables.get(name);
      if (value === undefined) throw new Error(`ExecStart uses ${name}, which nothing sets`);
      return value;
    };
    return line.split(/\s+/).flatMap((word) => {
      const [, all] = /^\$(\w+)$/.exec(word) ?? [];
      if (all !== undefined) return settingOf(all).split(/\s+/);
      return [word.replace(/\$\{(\w+)\}/g, (_, name) => settingOf(name))];
    });
  };

  it('opens the gateway, answers, writes its audit file, and ends on SIGTERM in time', async () => {
    const credentials = join(folder, 'credentials');
    const logs = join(folder, 'logs');
    for (const path of [credentials, logs]) mkdirSync(path);
    await writeUsers(credentials);
    const given = new Map(
      readFileSync(join(deploy, 'systemd/postern.env'), 'utf8')
        .split('\n')
        .filter((line) => /^\w+=/.test(line))
        .map(
          (line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const,
        ),
    );
    const variables = new Map([
      ...given,
      ['CREDENTIALS_DIRECTORY', credentials],
      ['LOGS_DIRECTORY', logs],
    ]);
    const options = variables.get('POSTERN_OPTIONS') ?? '';
    expect(options).toContain('--trust-proxy');
    // Ports of the recipe may be taken here, and AWS is the imitation's.
    const ports = await freePorts(3);
    let next = 0;
    variables.set(
      'POSTERN_OPTIONS',
      `${options.replace(/port \d+/g, () => `port ${ports[next++]}`)} --json --upstream ${world.aws.url}`,
    );
    expect(next).toBe(ports.length);
    const words = expand(service.get('ExecStart')?.[0] ?? '', variables).map((word) =>
      word
        .replace('/usr/bin/node', process.execPath)
        .replace('/opt/postern', join(root, 'examples/gateway'))
        .replace('/etc/postern/resources', resources),
    );
    const gateway = start(words, { cwd: folder, env: world.env });
    const told = JSON.parse(await gateway.firstLine);
    expect(told).toMatchObject({
      portal: 'https://postern.example.com',
      proxy: 'http://postern.example.com:8081',
      endpoint: 'https://postern.example.com:8082',
    });
    const health = await fetch(`http://127.0.0.1:${ports[0]}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
    gateway.child.kill('SIGTERM');
    // As systemd does it; then there is no exit code.
    const killing = setTimeout(() => gateway.child.kill('SIGKILL'), stopSeconds * 1000);
    expect(await gateway.ended).toBe(0);
    clearTimeout(killing);
    expect(readFileSync(join(logs, 'audit.jsonl'), 'utf8')).toBe('');
    expect(gateway.output.err).toBe('');
  });
});
