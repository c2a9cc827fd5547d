import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScripts, completionShells } from '../../src/completion/scripts.js';
import { postern } from '../support/run.js';
import { newHome } from '../support/world.js';

const home = newHome();
const bin = join(home, 'bin');
const asked = join(home, 'asked');
const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, ASKED: asked, TERM: 'dumb' };
const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

beforeAll(() => {
  mkdirSync(bin);
  // Stands in for the program: notes what it is asked, and knows a few answers.
  writeFileSync(
    join(bin, 'postern'),
    `#!/bin/sh
printf '%s|' "$@" > "$ASKED"
printf 'login\\tlog in to a gateway\\nlogout\\tend it\\nstatus\\nexample app:x\\tan odd name\\n'
`,
  );
  chmodSync(join(bin, 'postern'), 0o755);
  for (const shell of completionShells) {
    writeFileSync(join(home, `postern.${shell}`), completionScripts[shell]);
  }
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('postern completion', () => {
  it.each(completionShells)('prints the script for %s', async (shell) => {
    const { code, out } = await postern(['completion', shell]);
    expect([code, out]).toEqual([0, completionScripts[shell]]);
  });

  it('asks which shell', async () => {
    const { code, err } = await postern(['completion', 'zhs']);
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean "zsh"?')]);
  });

  it('works in bash', () => {
    const script = `
      source "$HOME/postern.bash"
      COMP_WORDS=(postern log) COMP_CWORD=1
      _postern
      printf '%s\\n' "\${COMPREPLY[@]}"
      cat "$ASKED"
      COMP_WORDS=(postern apps "") COMP_CWORD=2
      _postern
      printf '\\n%s\\n' "\${COMPREPLY[@]}"
      cat "$ASKED"
      complete -p postern`;
    const out = execFileSync('bash', ['--norc', '-c', script], { env, encoding: 'utf8' });
    expect(out).toBe(
      [
        'login',
        'logout',
        '__complete|--|log|',
        'login',
        '',
        'logout',
        '',
        'status',
        '',
        'example\\ app:x',
        '__complete|--|apps||complete -o default -F _postern postern',
        '',
      ].join('\n'),
    );
  });

  it('is a script that zsh accepts, and offers what the program says', () => {
    const [, zsh] = completionShells;
    if (!has(zsh)) return expect(completionScripts.zsh).toContain('#compdef postern');
    const script = `
      compdef() { print -r -- "compdef $*" }
      _describe() { print -rl -- "\${(@P)2}" }
      _files() { print files }
      source "$HOME/postern.zsh"
      words=(postern apps lo) CURRENT=3
      _postern
      cat "$ASKED"`;
    const out = execFileSync(zsh, ['-f', '-c', script], { env, encoding: 'utf8' });
    expect(out).toBe(
      [
        'compdef _postern postern',
        'login:log in to a gateway',
        'logout:end it',
        'status:',
        'example app\\:x:an odd name',
        '__complete|--|apps|lo|',
      ].join('\n'),
    );
  });

  it('is a script that fish accepts, and offers what the program says', () => {
    const [, , fish] = completionShells;
    if (!has(fish)) return expect(completionScripts.fish).toContain('complete -c postern');
    const script = 'source $HOME/postern.fish; complete -C "postern apps lo"; cat $ASKED';
    const out = execFileSync(fish, ['--no-config', '-c', script], { env, encoding: 'utf8' });
    expect(out).toContain('login\tlog in to a gateway\nlogout\tend it\n');
    expect(out).toContain('__complete|--|apps|lo|');
  });
});
