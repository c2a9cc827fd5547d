import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Copy, DockerfileParser, type Instruction, JSONInstruction } from 'dockerfile-ast';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deploy, freePorts, root, run, start, temporaryFolder } from './support/world.js';

const source = readFileSync(join(deploy, 'docker/Dockerfile'), 'utf8');
const dockerfile = DockerfileParser.parse(source);
const instructions = dockerfile.getInstructions();
const named = (keyword: string, list: readonly Instruction[] = instructions) =>
  list.filter((one) => one.getKeyword() === keyword);
const words = (instruction: Instruction) =>
  instruction.getArguments().map((word) => word.getValue());
/** The words of the JSON form. */
const list = (instruction: Instruction | undefined): readonly string[] => {
  if (!(instruction instanceof JSONInstruction)) throw new Error('there is no such instruction');
  return instruction.getJSONStrings().map((word) => JSON.parse(word.getValue()));
};

/** Instructions by stage, without what stands before the first. */
const stages: { readonly name: string | undefined; readonly steps: Instruction[] }[] = [];
for (const instruction of instructions) {
  if (instruction.getKeyword() === 'FROM') stages.push({ name: words(instruction)[2], steps: [] });
  else stages.at(-1)?.steps.push(instruction);
}
const last = stages.at(-1)?.steps ?? [];

/** The files of the context: what git knows, as far as the ignore file lets it through. */
async function filesOfContext(): Promise<readonly string[]> {
  const { out } = await run(['git', 'ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  const lines = readFileSync(join(deploy, 'docker/Dockerfile.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const asPattern = (line: string) => {
    const body = line
      .replace(/^!/, '')
      .split('/')
      .map((part) =>
        part === '**' ? '(?:.*/)?' : `${part.replace(/[.]/g, '\\.').replaceAll('*', '[^/]*')}/`,
      )
      .join('')
      .replace(/\/$/, '');
    // Patterns of our own file, not input.
    return { keeps: line.startsWith('!'), pattern: new RegExp(`^${body}(?:/|$)`) };
  };
  const patterns = lines.map(asPattern);
  return out
    .trim()
    .split('\n')
    .filter((file) => existsSync(join(root, file)))
    .filter((file) => patterns.findLast(({ pattern }) => pattern.test(file))?.keeps !== false);
}

describe('the Dockerfile', () => {
  it('parses, in two stages', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', undefined]);
    expect(instructions.map((one) => one.getKeyword())).not.toContain(undefined);
    const known =
      'ARG FROM WORKDIR ENV COPY RUN USER EXPOSE HEALTHCHECK STOPSIGNAL ENTRYPOINT CMD'.split(' ');
    for (const instruction of instructions) expect(known).toContain(instruction.getKeyword());
  });

  it('installs by the lockfile, with the pnpm that the repository pins', () => {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const commands = named('RUN').map((one) => one.getArgumentsContent() ?? '');
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands)
      expect(command.startsWith(`npx -y ${packageManager} `)).toBe(true);
    expect(commands[0]).toContain('--frozen-lockfile');
  });

  it('runs as nobody, without a shell, and gets signals itself', () => {
    expect(words(named('USER', last)[0] as Instruction)[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(list(named('ENTRYPOINT', last)[0])[0]).toBe('node');
    expect(words(named('STOPSIGNAL', last)[0] as Instruction)).toEqual(['SIGTERM']);
    // Nothing is written after it has become nobody.
    const user = last.findIndex((one) => one.getKeyword() === 'USER');
    expect(last.slice(user).map((one) => one.getKeyword())).not.toContain('RUN');
  });

  it('bakes no secret in', async () => {
    const set = [...named('ENV'), ...named('ARG')].map((one) => one.getArgumentsContent() ?? '');
    for (const text of set) expect(text).not.toMatch(/secret|password|token|key/i);
    const context = await filesOfContext();
    expect(context.filter((file) => /\.(pem|key)$|(^|\/)\.(env|git|npmrc|aws)/.test(file))).toEqual(
      [],
    );
    expect(context).toContain('examples/gateway/src/main.ts');
    expect(context.filter((file) => /(^|\/)(node_modules|dist|test)\//.test(file))).toEqual([]);
  });

  it('copies what is there', async () => {
    const context = await filesOfContext();
    const copies = named('COPY').filter((one) => one instanceof Copy && one.getFromFlag() === null);
    expect(copies.length).toBeGreaterThan(0);
    for (const from of copies.flatMap((copy) => words(copy).slice(0, -1))) {
      expect(
        context.some((file) => file === from || file.startsWith(`${from}/`)),
        from,
      ).toBe(true);
    }
  });

  it('has a compose file with a read-only file system and no rights', () => {
    const { gateway } = parse(readFileSync(join(deploy, 'docker/compose.yaml'), 'utf8')).services;
    expect(gateway).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(
      existsSync(join(deploy, 'docker', gateway.build.context, gateway.build.dockerfile)),
    ).toBe(true);
  });
});

describe('its build, step by step in a folder', () => {
  const folder = temporaryFolder();
  const images = new Map<string, string>();

  /** Does what the builder would do, with the root of the file system in a folder of ours. */
  async function build({ name, steps }: (typeof stages)[number], index: number): Promise<void> {
    const image = join(folder, name ?? `stage-${index}`);
    images.set(name ?? 'last', image);
    let workdir = '/';
    const env: Record<string, string> = {};
    const inside = (path: string) => join(image, path.startsWith('/') ? path : join(workdir, path));
    for (const step of steps) {
      const keyword = step.getKeyword();
      if (keyword === 'WORKDIR') {
        workdir = words(step)[0] ?? '/';
        mkdirSync(inside(''), { recursive: true });
      } else if (keyword === 'ENV') {
        const [variable = '', value = ''] = (step.getArgumentsContent() ?? '').split('=');
        env[variable] = value;
      } else if (step instanceof Copy) {
        const from = step.getFromFlag()?.getValue();
        const paths = words(step);
        const target = paths.at(-1) ?? '';
        if (from === null || from === undefined)
          await copyContext(paths.slice(0, -1), target, inside);
        else
          cpSync(join(images.get(from) ?? '', paths[0] ?? ''), inside(target), {
            recursive: true,
            verbatimSymlinks: true,
          });
      } else if (keyword === 'RUN') {
        const { code, out, err } = await run(['sh', '-ec', step.getArgumentsContent() ?? ''], {
          cwd: inside(''),
          // The packages that the clone has been installed from are at hand already.
          env: { ...env, HOME: process.env.HOME ?? '', npm_config_prefer_offline: 'true' },
        });
        expect(code, `${out}${err}`).toBe(0);
      }
    }
  }

  async function copyContext(
    sources: readonly string[],
    target: string,
    inside: (path: string) => string,
  ) {
    for (const file of await filesOfContext()) {
      for (const from of sources) {
        const isFolder = file.startsWith(`${from}/`);
        if (file !== from && !isFolder) continue;
        const into = inside(isFolder ? join(target, file.slice(from.length)) : join(target, file));
        mkdirSync(dirname(into), { recursive: true });
        cpSync(join(root, file), into);
      }
    }
  }

  beforeAll(async () => {
    for (const [index, stage] of stages.entries()) await build(stage, index);
  }, 600_000);

  it('leaves a program that starts, says that it is healthy, and ends on SIGTERM', async () => {
    const image = images.get('last') ?? '';
    const cwd = join(image, words(named('WORKDIR', last)[0] as Instruction)[0] ?? '');
    const ports = await freePorts(3);
    const [port, proxyPort, endpointPort] = ports;
    const listeners = [
      `--port=${port}`,
      `--proxy-port=${proxyPort}`,
      `--endpoint-port=${endpointPort}`,
    ];
    const gateway = start(
      [
        ...list(named('ENTRYPOINT', last)[0]),
        ...list(named('CMD', last).find((one) => one.getKeyword() === 'CMD')),
        ...listeners,
        '--json',
      ],
      { cwd },
    );
    expect(JSON.parse(await gateway.firstLine).portal).toBe('http://127.0.0.1:8080');
    const check = named('HEALTHCHECK', last)[0]?.getArgumentsContent() ?? '';
    const [, json = '[]'] = /CMD\s+(\[.*\])$/s.exec(check) ?? [];
    const health = (at: number | undefined) =>
      run(
        JSON.parse(json).map((word: string) => word.replace('8080', String(at))),
        { cwd },
      );
    expect((await health(port)).code).toBe(0);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect((await health(port)).code).toBe(1);
  }, 120_000);

  it('leaves nothing that is for development only', () => {
    const image = images.get('last') ?? '';
    const cwd = join(image, words(named('WORKDIR', last)[0] as Instruction)[0] ?? '');
    for (const path of ['dist/main.js', 'resources/roles.yaml', 'node_modules/undici']) {
      expect(existsSync(join(cwd, path)), path).toBe(true);
    }
    for (const path of [
      'src',
      'test',
      'node_modules/typescript',
      'node_modules/vitest',
      'node_modules/oidc-provider',
    ]) {
      expect(existsSync(join(cwd, path)), path).toBe(false);
    }
  });
});
