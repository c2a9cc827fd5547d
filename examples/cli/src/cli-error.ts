/** Exit codes of every command; `aws` passes on the one of the AWS CLI. */
export const exitCodes = { ok: 0, fault: 1, usage: 2, denied: 3, interrupted: 130 } as const;

/**
 * Something the person at the keyboard can mend: an unknown user, a port in use, a file that cannot be read.
 * Its message is one sentence with the place and the fix; no stack is shown for it.
 */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  /** @param o exitCode: default 1; cause: what failed underneath */
  constructor(
    message: string,
    o: { readonly exitCode?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, o.cause === undefined ? {} : { cause: o.cause });
    this.exitCode = o.exitCode ?? exitCodes.fault;
  }
}

/** The command line itself is wrong: exit code 2. */
export const usageError = (message: string): CliError =>
  new CliError(message, { exitCode: exitCodes.usage });

/** Somebody decided against it: exit code 3. */
export const deniedError = (message: string): CliError =>
  new CliError(message, { exitCode: exitCodes.denied });
