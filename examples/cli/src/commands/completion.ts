import { usageError } from '../cli-error.js';
import type { Command } from '../command.js';
import { completionScripts, completionShells } from '../completion/scripts.js';
import { onlyWord } from '../options.js';
import { hint } from '../suggest.js';

/** `postern completion`: the script that teaches a shell our commands, options, apps and roles. */
export const completion: Command = {
  name: 'completion',
  group: 'Set up',
  summary: 'print the completion script for bash, zsh or fish',
  operands: 'SHELL',
  completes: completionShells,
  options: {},
  examples: [
    'postern completion bash > ~/.local/share/bash-completion/completions/postern',
    'postern completion zsh > ~/.zfunc/_postern   # with ~/.zfunc in fpath',
    'postern completion fish > ~/.config/fish/completions/postern.fish',
  ],
  async run(input) {
    const word = onlyWord(input, completion) ?? '';
    const shell = completionShells.find((name) => name === word);
    if (!shell) {
      throw usageError(
        `which shell? "${word}" is not known${hint(word, completionShells) || `; choose one of: ${completionShells.join(', ')}`}`,
      );
    }
    input.out(completionScripts[shell]);
    return 0;
  },
};
