import { createApiClient } from '../api/client.js';
import { ApiError } from '../api/send.js';
import type { NewLogin } from '../api/types.js';
import { CliError, usageError } from '../cli-error.js';
import { type Command, type CommandInput, gatewayOptions } from '../command.js';
import { openStore, profileOf } from '../home/store.js';
import { textOption } from '../options.js';
import { loginInBrowser } from '../session/login-in-browser.js';
import { gatewayOption } from '../session/require-login.js';
import { saveLogin } from '../session/save-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern login`: a login of this machine, by password or in the browser. */
export const login: Command = {
  name: 'login',
  group: 'Sign in',
  summary: 'log in to a gateway',
  options: {
    ...gatewayOptions,
    user: { type: 'string', value: 'NAME', summary: 'who you are', env: 'POSTERN_USER' },
    'password-stdin': { type: 'boolean', summary: 'read the password from standard input' },
    browser: { type: 'boolean', summary: 'sign in with your browser, here or on another device' },
  },
  examples: [
    'postern login --gateway https://postern.example.com --user alice',
    'postern login --gateway https://postern.example.com --browser',
    'postern login --user alice --password-stdin < password-file',
  ],
  async run(input) {
    const store = openStore(input);
    const gateway = gatewayOption(input) ?? rememberedGateway(input);
    if (gateway === undefined) {
      throw usageError(
        'which gateway? Write "postern login --gateway https://postern.example.com", or set POSTERN_GATEWAY.',
      );
    }
    const profile = textOption(input, 'profile') ?? profileOf(gateway);
    // Said before a password is asked for.
    store.login(profile);
    const { fetch, sleep, signal } = input;
    const api = createApiClient({ gateway, fetch, sleep, signal });
    const offered = await withProgress(input, `asking ${gateway}`, () => api.info());
    const inBrowser = input.options.browser === true || !offered.password;
    if (inBrowser && !offered.browser) {
      throw new CliError(`${gateway} offers no login in the browser: leave --browser out`);
    }
    const fresh = inBrowser
      ? await loginInBrowser(api, input)
      : await loginWithPassword(input, gateway);
    await saveLogin(input, { store, profile, gateway }, fresh);
    input.err(
      `Logged in to ${gateway} as ${fresh.user} until ${fresh.expiresAt}.\nRoles: ${fresh.roles.join(', ') || 'none'}\nWhat you can use: postern apps ls\n`,
    );
    return 0;
  },
};

function rememberedGateway(input: CommandInput): string | undefined {
  const store = openStore(input);
  const profile = textOption(input, 'profile') ?? store.current();
  return profile === undefined ? undefined : store.login(profile)?.gateway;
}

async function loginWithPassword(input: CommandInput, gateway: string): Promise<NewLogin> {
  const { terminal, fetch, sleep, signal } = input;
  const fromInput = input.options['password-stdin'] === true;
  let user = textOption(input, 'user');
  if (user === undefined && (fromInput || !terminal.isInteractive)) {
    throw usageError('who are you? Give --user NAME (or set POSTERN_USER), or --browser.');
  }
  if (!fromInput && !terminal.isInteractive) {
    throw usageError(
      'there is no terminal to ask for the password on: give --password-stdin, or --browser',
    );
  }
  user ??= (await terminal.ask('User: ')).trim();
  const password = fromInput
    ? (await terminal.readInput()).replace(/\r?\n$/, '')
    : await terminal.askSecret(`Password of ${user}: `);
  if (password === '') throw usageError('the password is empty: nothing was sent');
  const api = createApiClient({ gateway, fetch, sleep, signal });
  const name = user;
  try {
    return await withProgress(input, 'logging in', () => api.login(name, password));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    throw new CliError(`${error.message.replace(/\.$/, '')} (user "${name}" at ${gateway})`, {
      cause: error,
    });
  }
}
