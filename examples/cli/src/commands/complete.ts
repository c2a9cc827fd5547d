import type { Command } from '../command.js';
import { complete } from '../completion/complete.js';
import { printable } from '../table.js';
import { commands } from './index.js';

/** `postern __complete -- WORD…`: what the completion scripts ask. Whatever goes wrong, it says nothing. */
export const completeCommand: Command = {
  name: '__complete',
  group: 'Set up',
  summary: 'print what could stand next on a command line',
  operands: 'WORD…',
  options: {},
  hidden: true,
  passThrough: true,
  examples: ['postern __complete -- apps lo'],
  async run(input) {
    try {
      const candidates = await complete(input.words, commands, input);
      for (const [value, text] of candidates) {
        input.out(`${printable(value)}${text === '' ? '' : `\t${printable(text)}`}\n`);
      }
    } catch {
      // In the middle of a command line nobody can read an error.
    }
    return 0;
  },
};
