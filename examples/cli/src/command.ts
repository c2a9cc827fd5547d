/** An option of a command; every option of ours is long, a few have a letter too. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What the value is called in the help, such as `DIR`. */
  readonly value?: string;
  readonly summary: string;
  /** Name of the environment variable that stands in when the option is absent. */
  readonly env?: string;
  readonly required?: boolean;
}

export type OptionTable = Readonly<Record<string, CommandOption>>;

/** What a command is given: its options, its words, and the world as arguments. */
export interface CommandInput {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  readonly clock: () => Date;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface Command {
  /** The words that name it: `proxy aws`. */
  readonly name: string;
  readonly summary: string;
  /** What follows the options: `DIR`, or `ARGUMENT…`. */
  readonly operands?: string;
  readonly options: OptionTable;
  readonly examples: readonly string[];
  /** The first word and all that follows belong to another program and are not ours to parse. */
  readonly passThrough?: boolean;
  /** Resolves to the exit code. */
  run(input: CommandInput): Promise<number>;
}

/** Options that several commands share: where the resources are, and who wants what. */
export const configOption: OptionTable = {
  config: {
    type: 'string',
    value: 'DIR',
    summary: 'folder (or file) with the resource documents',
    env: 'POSTERN_CONFIG',
    required: true,
  },
};

export const accessOptions: OptionTable = {
  ...configOption,
  user: {
    type: 'string',
    value: 'NAME',
    summary: 'the user to act for',
    env: 'POSTERN_USER',
    required: true,
  },
  app: {
    type: 'string',
    value: 'APP',
    summary: 'the AWS app',
    env: 'POSTERN_APP',
    required: true,
  },
  'aws-role': {
    type: 'string',
    value: 'NAME|ARN',
    summary: 'the AWS role; may be left out when only one fits',
    env: 'POSTERN_AWS_ROLE',
  },
};

export const upstreamOption: OptionTable = {
  upstream: {
    type: 'string',
    value: 'URL',
    summary: 'dial this address for every AWS host (for tests with a stand-in)',
    env: 'POSTERN_UPSTREAM',
  },
};
