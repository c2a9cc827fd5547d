import type { Terminal } from './terminal/terminal.js';

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
  /** The values that may be given; completion offers them. */
  readonly choices?: readonly string[];
}

export type OptionTable = Readonly<Record<string, CommandOption>>;

/** The world of the program, as arguments. */
export interface CliSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  /** The person's home folder. */
  readonly home: string;
  /** Whose process this is; undefined where the system has no such numbers. */
  readonly uid: number | undefined;
  readonly clock: () => Date;
  /** Resolves after so many milliseconds, or rejects when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly fetch: typeof globalThis.fetch;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly terminal: Terminal;
}

/** What a command is given: its options, its words, and the world as arguments. */
export interface CommandInput extends CliSurroundings {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Names of the options that stood on the command line; the others come from the environment. */
  readonly given: ReadonlySet<string>;
  readonly words: readonly string[];
}

/** The headings of the overview. */
export const commandGroups = ['Sign in', 'Use AWS', 'Access', 'Set up'] as const;

export interface Command {
  /** The words that name it: `proxy aws`. */
  readonly name: string;
  readonly group: (typeof commandGroups)[number];
  readonly summary: string;
  /** What follows the options: `DIR`, or `ARGUMENT…`. */
  readonly operands?: string;
  /** What completion offers for the operands. Default: files. */
  readonly completes?: 'apps' | 'requests' | readonly string[];
  readonly options: OptionTable;
  readonly examples: readonly string[];
  /** The first word and all that follows belong to another program and are not ours to parse. */
  readonly passThrough?: boolean;
  /** Left out of the overview and of completion. */
  readonly hidden?: boolean;
  /** Resolves to the exit code. */
  run(input: CommandInput): Promise<number>;
}

/** Options that several commands share: the running gateway, or the resources of local mode. */
export const gatewayOptions: OptionTable = {
  gateway: {
    type: 'string',
    value: 'URL',
    summary: 'the gateway; default: the one you logged in to last',
    env: 'POSTERN_GATEWAY',
  },
  profile: {
    type: 'string',
    value: 'NAME',
    summary: 'which login to use, when there are several; default: the last one',
    env: 'POSTERN_PROFILE',
  },
};

export const configOption: OptionTable = {
  config: {
    type: 'string',
    value: 'DIR',
    summary: 'local mode: decide from these documents, without a gateway',
    env: 'POSTERN_CONFIG',
  },
};

const roleOptions: OptionTable = {
  app: { type: 'string', value: 'APP', summary: 'the AWS app', env: 'POSTERN_APP' },
  'aws-role': {
    type: 'string',
    value: 'NAME|ARN',
    summary: 'the AWS role; may be left out when only one fits',
    env: 'POSTERN_AWS_ROLE',
  },
};

export const accessOptions: OptionTable = {
  ...roleOptions,
  ...gatewayOptions,
  ...configOption,
  user: {
    type: 'string',
    value: 'NAME',
    summary: 'local mode: the user to act for',
    env: 'POSTERN_USER',
  },
};

export const upstreamOption: OptionTable = {
  upstream: {
    type: 'string',
    value: 'URL',
    summary: 'local mode: dial this address for every AWS host (for tests with a stand-in)',
    env: 'POSTERN_UPSTREAM',
  },
};

/** `text` for people, `json` for programs. */
export const listFormat: OptionTable = {
  format: {
    type: 'string',
    value: 'FORMAT',
    summary: 'text or json; default: text',
    choices: ['text', 'json'],
  },
};
