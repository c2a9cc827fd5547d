import { CliError } from '../cli-error.js';
import { type Command, type CommandInput, gatewayOptions } from '../command.js';
import { openStore, type Store, type StoredLogin } from '../home/store.js';
import { textOption } from '../options.js';
import { gatewayOption } from '../session/require-login.js';
import { endLogin } from '../session/save-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern logout`: ends the login at the gateway and removes everything of it from this machine. */
export const logout: Command = {
  name: 'logout',
  group: 'Sign in',
  summary: 'end the login and its open apps, and remove them from this machine',
  options: {
    ...gatewayOptions,
    all: { type: 'boolean', summary: 'every login of this machine' },
  },
  examples: ['postern logout', 'postern logout --all'],
  async run(input) {
    const store = openStore(input);
    const profiles = profilesToEnd(input, store);
    if (profiles.length === 0) {
      input.err('You were not logged in.\n');
      return 0;
    }
    await store.locked(async () => {
      for (const profile of profiles) await end(input, store, profile);
    });
    return 0;
  },
};

function profilesToEnd(input: CommandInput, store: Store): readonly string[] {
  if (input.options.all === true) return store.profiles();
  const profile = textOption(input, 'profile');
  const gateway = gatewayOption(input);
  const current = store.current();
  if (profile !== undefined || gateway === undefined) {
    const wanted = profile ?? current;
    return store.profiles().filter((name) => name === wanted);
  }
  return store.profiles().filter((name) => store.login(name)?.gateway === gateway);
}

async function end(input: CommandInput, store: Store, profile: string): Promise<void> {
  const login = readable(store, profile);
  // The files go first: whatever happens next, this machine holds no secret any more.
  store.removeProfile(profile);
  if (login === undefined) {
    input.err(`Removed the damaged login "${profile}".\n`);
    return;
  }
  const heard = await withProgress(input, 'logging out', () => endLogin(input, login));
  input.err(
    heard
      ? `Logged out ${login.user} from ${login.gateway}.\n`
      : `Removed the login of ${login.user}, but ${login.gateway} could not be told: it ends there at ${login.expiresAt}.\n`,
  );
}

function readable(store: Store, profile: string): StoredLogin | undefined {
  try {
    return store.login(profile);
  } catch (error) {
    // What cannot be read can still be removed.
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
