import type { NewLogin } from '../api/types.js';
import type { CommandInput } from '../command.js';
import type { Store, StoredLogin } from '../home/store.js';
import { clientOf } from './require-login.js';

/** Keeps a fresh login in place of the one before, which ends at its gateway together with its open apps. */
export async function saveLogin(
  input: CommandInput,
  o: { readonly store: Store; readonly profile: string; readonly gateway: string },
  { token, user, roles, expiresAt }: NewLogin,
): Promise<void> {
  const { store, profile, gateway } = o;
  await store.locked(async () => {
    const before = store.login(profile);
    store.removeProfile(profile);
    store.saveLogin(profile, { gateway, user, roles, token, expiresAt });
    if (before !== undefined && before.token !== token) await endLogin(input, before);
  });
}

/**
 * Ends a login at its gateway.
 *
 * @returns whether the gateway heard of it; a login that is over already needs no ending
 */
export async function endLogin(input: CommandInput, login: StoredLogin): Promise<boolean> {
  if (Date.parse(login.expiresAt) <= input.clock().getTime()) return true;
  try {
    await clientOf(input, login).logout();
    return true;
  } catch (error) {
    return error instanceof Error && 'status' in error && error.status === 401;
  }
}
