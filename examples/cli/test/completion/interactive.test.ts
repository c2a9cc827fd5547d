import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeGateway, startFakeGateway } from '../support/fake-gateway.js';
import { buildProgram, type Program } from '../support/program.js';
import { newHome } from '../support/world.js';

/** bash on a terminal, with somebody who presses Tab. */

const home = newHome();
let program: Program;
let gateway: FakeGateway;
const env = () => ({
  PATH: `${join(home, 'bin')}:${process.env.PATH}`,
  HOME: home,
  TERM: 'dumb',
  INPUTRC: '/dev/null',
});

beforeAll(async () => {
  program = await buildProgram();
  const login = { password: true, browser: true };
  const info = { version: '1.0.0', publicAddress: 'https://postern.example.com', login };
  gateway = await startFakeGateway({ 'GET /info': { body: info } });
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${program.file}" "$@"\n`;
  writeFileSync(join(bin, 'postern'), shim);
  chmodSync(join(bin, 'postern'), 0o755);
});
afterAll(async () => {
  await gateway.close();
  program.remove();
  rmSync(home, { recursive: true, force: true });
});

/** Says where it stands, when it stands still. */
const tooLong = (keys: string, whole: () => string) =>
  new Promise<never>((_resolve, reject) => {
    const say = () => reject(new Error(`nothing came after ${JSON.stringify(keys)}:\n${whole()}`));
    setTimeout(say, 15_000).unref();
  });

/** Types into a shell; each step is typed when the text of the one before has appeared. */
async function type(steps: readonly (readonly [keys: string, shows: string | RegExp])[]) {
  const shell = ['-qfec', 'bash --norc --noprofile -i', '/dev/null'];
  const child = spawn('script', shell, { env: env(), stdio: 'pipe' });
  let whole = '';
  let seen = 0;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const one of waiting) one();
  };
  child.stdout.on('data', (chunk) => {
    whole += String(chunk);
    look();
  });
  const closed = new Promise<never>((_resolve, reject) => {
    child.once('close', () => reject(new Error(`bash ended:\n${whole}`)));
  });
  closed.catch(() => {});
  try {
    for (const [keys, shows] of steps) {
      child.stdin.write(keys);
      const shown = new Promise<void>((resolve) => {
        const one = () => {
          const rest = whole.slice(seen);
          const at = typeof shows === 'string' ? rest.indexOf(shows) : rest.search(shows);
          if (at < 0) return;
          waiting.delete(one);
          seen = whole.length;
          resolve();
        };
        waiting.add(one);
        one();
      });
      await Promise.race([shown, closed, tooLong(keys, () => whole)]);
    }
  } finally {
    child.stdin.end('\u0003\nexit\n');
    child.kill('SIGHUP');
  }
  return whole;
}

describe('completion in an interactive bash', () => {
  it('completes commands, options, apps and roles, and runs what it has completed', async () => {
    const login = ['login', '--gateway', gateway.url, '--user', 'alice', '--password-stdin'];
    const asked = spawn('postern', login, { env: env(), stdio: ['pipe', 'ignore', 'ignore'] });
    asked.stdin.end('right');
    await new Promise((resolve) => asked.once('close', resolve));
    const whole = await type([
      ["PS1='rea''dy> '\n", 'ready> '],
      ['source <(postern completion bash); echo so""urced\n', 'sourced'],
      ['postern app\t', 'apps '],
      ['lo\t', 'g'],
      ['\t\t', /login\s+logout/],
      ['in --aws-r\t', '--aws-role '],
      ['Ex\t', 'ExampleReadOnlyAccess '],
      ['te\t', 'test '],
      ['\n', 'Logged into AWS app "test"'],
      ['postern status --format=js\t', 'json'],
      ['\n', '"app": "test"'],
      ['postern aws s3 l', 's3 l'],
    ]);
    expect(whole).toContain('role/ExampleReadOnlyAccess');
    // Whatever a completion cannot find out, it does not write into the command line.
    expect(whole).not.toMatch(/postern: |\bat .*\.mjs:/);
  });
});
