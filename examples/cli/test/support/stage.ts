import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildProgram, type Environment, start } from './program.js';
import { ISSUER, PASSWORD, startRealGateway } from './real-gateway.js';
import type { Printed } from './run.js';
import { newHome } from './world.js';

/** The app that most of the tests use. */
export const TEST = 'awsconsole-test';

/** The program, a running gateway with an AWS behind it, and alice, bob and carol, who are logged in. */
export async function openStage() {
  const program = await buildProgram();
  const homes: Record<string, string> = {};

  const homeOf = (who: string): string => {
    homes[who] ??= newHome();
    return homes[who];
  };
  const environmentOf = (who: string, more: Environment = {}): Environment => ({
    HOME: homeOf(who),
    POSTERN_HOME: join(homeOf(who), 'postern'),
    ...more,
  });
  /** Runs the program as one person. */
  const run = (who: string, args: readonly string[], more: Environment = {}, input = '') =>
    start(program.file, args, environmentOf(who, more), input).ended;

  const set = ['setup', 'aws-oidc', '--account', '123456789012', '--issuer', ISSUER];
  const { out } = await good(run('nobody', [...set, '--format', 'json']));
  const world = await startRealGateway(JSON.parse(out));
  const { localUrl } = world.gateway;

  const logIn = (who: string) => {
    const args = ['login', '--gateway', localUrl, '--user', who, '--password-stdin'];
    return good(run(who, args, {}, PASSWORD));
  };
  await Promise.all(['alice', 'bob', 'carol'].map(logIn));

  /** A lock by carol, who may, through the API. */
  const lockOut = async (user: string): Promise<{ remove(): Promise<void> }> => {
    const folder = join(homeOf('carol'), 'postern', 'profiles');
    const [profile = ''] = readdirSync(folder);
    const { token } = JSON.parse(readFileSync(join(folder, profile, 'login.json'), 'utf8'));
    const call = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${localUrl}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      expect(response.ok, text).toBe(true);
      return text === '' ? {} : JSON.parse(text);
    };
    const { id } = await call('POST', '/locks', { target: { user }, message: 'stop' });
    return { remove: () => call('DELETE', `/locks/${id}`) };
  };

  return {
    program,
    world,
    homeOf,
    environmentOf,
    run,
    logIn,
    lockOut,
    async close() {
      await world.close();
      program.remove();
      for (const home of Object.values(homes)) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What a run has printed; it must have ended well. */
export async function good(running: Promise<Printed>): Promise<Printed> {
  const printed = await running;
  expect(printed, printed.err).toMatchObject({ code: 0 });
  return printed;
}
