/**
 * Something the person at the keyboard can mend: an unknown user, a port in use, a file that cannot be read.
 * Its message is one sentence with the place and the fix; no stack is shown for it, and the exit code is 1.
 */
export class CliError extends Error {
  override readonly name = 'CliError';
}
