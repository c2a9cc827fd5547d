import { formatDiagnostics } from '@postern/config';
import { usageError } from '../cli-error.js';
import type { Command } from '../command.js';

/** `postern check`: all faults of all documents, in one answer. */
export const check: Command = {
  name: 'check',
  group: 'Set up',
  summary: 'check resource documents; every fault with file, line and column',
  operands: 'DIR|FILE…',
  options: {
    strict: { type: 'boolean', summary: 'treat warnings as errors' },
  },
  examples: ['postern check ./resources', 'postern check ./resources/roles.yaml'],
  async run(input) {
    if (input.words.length === 0) {
      throw usageError('which folder or file? Write "postern check DIR".');
    }
    const { checkResources } = await import('@postern/gateway');
    const { resources, diagnostics, sources } = await checkResources(input.words, {
      cwd: input.cwd,
      strict: input.options.strict === true,
    });
    if (diagnostics.length > 0) input.out(`${formatDiagnostics(diagnostics, sources).trimEnd()}\n`);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
    input.out(
      `${count(resources.length, 'resource')}, ${count(errors, 'error')}, ${count(warnings, 'warning')}\n`,
    );
    return errors > 0 ? 1 : 0;
  },
};

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
