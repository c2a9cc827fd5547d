import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freePorts,
  gatewayProgram,
  type Running,
  root,
  run,
  start,
  temporaryFolder,
} from './support/world.js';

// The commands of the gateway's README, as they stand there, in their order.

const readme = readFileSync(join(root, 'examples/gateway/README.md'), 'utf8');
const PASSWORD = 'correct horse battery staple';
const folder = temporaryFolder();

/** A fence of shell commands. `fails`: its last command must; `runs`: until it is stopped; `no`: needs what is not here. */
interface Fence {
  readonly section: string;
  readonly flag: string;
  readonly code: string;
}

const fences: Fence[] = [];
let section = '';
for (const match of readme.matchAll(/^## (.+)$|^```(\w*) ?(\w*)\n([\s\S]*?)^```$/gm)) {
  const [, heading, language, flag = '', code = ''] = match;
  if (heading !== undefined) section = heading;
  if (language === 'sh') fences.push({ section, flag, code });
}

const [opening, ...rest] = fences.filter((fence) => fence.section === 'Five minutes');
const setUp = fences.filter((fence) => fence.section === 'Real AWS');
const title = ({ code }: Fence) => code.trim().split('\n').at(-1) ?? '';

let gateway: Running;
let address: string;
let port: number;

beforeAll(async () => {
  expect(opening?.code).toBe('npx -y pnpm@10.34.8 -s gateway\n');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(scripts).toMatchObject({
    gateway: 'node tools/gateway.mjs',
    postern: 'node tools/postern.mjs',
  });
  // The same program with ports that are free, and passwords that are known.
  const listeners = ['--port', '0', '--proxy-port', '0', '--endpoint-port', '0'];
  const words = [process.execPath, gatewayProgram, ...listeners, '--demo-password', PASSWORD];
  gateway = start(words, { cwd: root });
  const line = await gateway.firstLine;
  expect(line).toMatch(/^Postern is open at /);
  address = line.slice('Postern is open at '.length);
  [port = 0] = await freePorts(1);
}, 60_000);

afterAll(async () => {
  gateway?.child.kill('SIGTERM');
  await gateway?.ended;
});

/** pnpm only looks up what the scripts are; a password is typed. */
const shell = (code: string) =>
  `postern() {
  if [ "$1" = login ]; then printf %s "$PASSWORD" | node tools/postern.mjs "$@" --password-stdin
  else node tools/postern.mjs "$@"; fi
}
${code
  .replace(/^alias postern=.*\n/gm, '')
  .replaceAll('npx -y pnpm@10.34.8 -s gateway', 'node tools/gateway.mjs')
  .replaceAll('http://127.0.0.1:8080', address)}`;

const env = () => ({ POSTERN_HOME: join(folder, 'home'), PASSWORD });

async function tryOut({ flag, code }: Fence): Promise<void> {
  if (flag === 'runs') {
    const [, ...words] = code.trim().replace('23456', String(port)).split(' ');
    const running = start([process.execPath, 'tools/postern.mjs', ...words], {
      cwd: root,
      env: env(),
    });
    await running.firstLine;
    running.child.kill('SIGINT');
    await running.ended;
    expect(running.output.out).toContain('HTTPS_PROXY');
    expect(running.output.out).toContain(`:${port}`);
    return;
  }
  const {
    code: status,
    out,
    err,
  } = await run(['sh', '-euc', shell(code)], { cwd: root, env: env() });
  if (flag !== 'fails') return expect(status, `${out}${err}`).toBe(0);
  // By a decision, not by accident.
  expect(`${out}${err}`).toMatch(/AccessDenied|^deny/);
  expect(status).not.toBe(0);
}

describe('five minutes', () => {
  it('has its commands', () => {
    expect(rest.length).toBeGreaterThanOrEqual(5);
    expect(rest.map(({ flag }) => flag)).not.toContain('no');
  });

  it.each(rest.map((fence) => [title(fence), fence] as const))(
    '… %s',
    async (_title, fence) => {
      await tryOut(fence);
    },
    60_000,
  );
});

describe('real AWS', () => {
  const here = setUp.filter(({ flag }) => flag !== 'no');
  it.each(here.map((fence) => [title(fence), fence] as const))(
    '… %s',
    async (_title, fence) => {
      await tryOut(fence);
    },
    60_000,
  );

  it('has policies that are JSON', () => {
    const documents = [...readme.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) =>
      JSON.parse(text),
    );
    expect(documents.length).toBe(3);
    for (const { Version } of documents) expect(Version).toBe('2012-10-17');
  });
});

describe('the table of options', () => {
  it('is that of the program', async () => {
    const { out } = await run([process.execPath, gatewayProgram, '--help'], { cwd: root });
    const named = (text: string) => new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g));
    const table = readme.slice(readme.indexOf('## Options'), readme.indexOf('## Deployment'));
    expect([...named(table)].sort()).toEqual([...named(out.slice(out.indexOf('\n\n')))].sort());
  });
});
