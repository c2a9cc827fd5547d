import { usageError } from '../cli-error.js';
import type { Command, CommandInput } from '../command.js';
import { onlyWord } from '../options.js';
import { withProgress } from '../terminal/with-progress.js';
import type { LoggedIn } from './require-login.js';

/** Takes the roles of an approved request into the login, here and at the gateway. */
export async function useRequest(
  input: CommandInput,
  { store, profile, login, api }: LoggedIn,
  id: string,
): Promise<void> {
  await withProgress(input, 'taking the roles', () => api.useRequest(id));
  const { roles, requests } = await api.status();
  await store.locked(async () => {
    // Somebody may have logged in anew meanwhile; that login is not ours to change.
    if (store.login(profile)?.token === login.token)
      store.updateLogin(profile, { ...login, roles });
  });
  input.err(
    `Your login now has the roles ${roles.join(', ')} (requests in use: ${requests.join(', ')}).\n`,
  );
}

/** The id that a command takes. @throws CliError saying where ids are shown */
export function requestId(input: CommandInput, command: Command): string {
  const id = onlyWord(input, command);
  if (id !== undefined) return id;
  throw usageError('which request? "postern request ls" shows their ids.');
}
