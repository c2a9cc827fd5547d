import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, usageError } from '../cli-error.js';
import { type Command, type CommandInput, gatewayOptions } from '../command.js';
import { openStore, profileOf } from '../home/store.js';
import { textOption } from '../options.js';
import { gatewayOption } from '../session/require-login.js';
import { saveLogin } from '../session/save-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern join`: a login for a job, by its AWS identity or by a secret token. */
export const join: Command = {
  name: 'join',
  group: 'Sign in',
  summary: 'log a job in, by its AWS identity or a secret token, for the roles of the token',
  options: {
    ...gatewayOptions,
    method: {
      type: 'string',
      value: 'METHOD',
      summary: 'iam or token; default: iam',
      choices: ['iam', 'token'],
    },
    token: {
      type: 'string',
      value: 'NAME|FILE',
      summary: 'iam: the name of the token; token: the file that holds it, "-" for standard input',
      env: 'POSTERN_JOIN_TOKEN',
    },
    role: {
      type: 'string',
      value: 'ROLE',
      summary: 'iam: what the job joins as, one of the roles of the token',
    },
    region: {
      type: 'string',
      value: 'REGION',
      summary: 'iam: whose STS is asked; default: AWS_REGION, else the global endpoint',
    },
  },
  examples: [
    'postern join --gateway https://postern.example.com --token ci-bot --role Bot',
    'postern join --gateway https://postern.example.com --method token --token /run/secrets/join-token',
  ],
  async run(input) {
    const gateway = gatewayOption(input);
    const given = textOption(input, 'token');
    if (gateway === undefined) {
      throw usageError('which gateway? Give --gateway URL (or set POSTERN_GATEWAY).');
    }
    if (given === undefined) {
      throw usageError('which token? Give --token NAME (or set POSTERN_JOIN_TOKEN).');
    }
    const store = openStore(input);
    const profile = textOption(input, 'profile') ?? profileOf(gateway);
    store.login(profile);
    const { joinByIam } = await import('../session/join.js');
    const fresh =
      input.options.method === 'token'
        ? await withToken(input, gateway, given)
        : await joinByIam(input, {
            gateway,
            tokenName: given,
            role: roleOf(input),
            region: textOption(input, 'region') ?? regionOf(input),
          });
    await saveLogin(input, { store, profile, gateway }, fresh);
    input.err(
      `Joined ${gateway} as ${fresh.user} until ${fresh.expiresAt}.\nRoles: ${fresh.roles.join(', ') || 'none'}\n`,
    );
    return 0;
  },
};

function roleOf(input: CommandInput): string {
  const role = textOption(input, 'role');
  if (role !== undefined) return role;
  throw usageError('join as what? Give --role ROLE, one of the roles of the token.');
}

const regionOf = ({ env }: CommandInput) =>
  env.AWS_REGION || env.AWS_DEFAULT_REGION || 'aws-global';

async function withToken(input: CommandInput, gateway: string, given: string) {
  const secret = await readSecret(input, given);
  if (secret === '') throw usageError('the join token is empty: nothing was sent');
  const { joinByToken } = await import('../session/join.js');
  return withProgress(input, 'joining', () => joinByToken(input, gateway, secret));
}

/** A secret on the command line is seen by every user of the machine, so it comes from a file, a pipe or a variable. */
async function readSecret(input: CommandInput, given: string): Promise<string> {
  if (given === '-') return (await input.terminal.readInput()).trim();
  if (!input.given.has('token')) return given.trim();
  try {
    return readFileSync(resolve(input.cwd, given), 'utf8').trim();
  } catch (cause) {
    // The value is not repeated: it may be the secret itself.
    throw new CliError(
      'the file of --token cannot be read: a token does not belong on the command line, write it to a file, pipe it in with "--token -", or set POSTERN_JOIN_TOKEN',
      { cause },
    );
  }
}
