import { type ApiClient, createApiClient } from '../api/client.js';
import { parseGatewayUrl } from '../api/gateway-url.js';
import { CliError, usageError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import { openStore, profileOf, type Store, type StoredLogin } from '../home/store.js';
import { textOption } from '../options.js';
import { hint } from '../suggest.js';

/** A login in force, and the gateway it is good for. */
export interface LoggedIn {
  readonly store: Store;
  readonly profile: string;
  readonly login: StoredLogin;
  readonly api: ApiClient;
}

/**
 * The login that a command works with: of `--profile`, else of `--gateway`, else the last one.
 *
 * @throws CliError with the command that logs in, when there is none or its time is over
 */
export function requireLogin(input: CommandInput): LoggedIn {
  const store = openStore(input);
  const gateway = gatewayOption(input);
  const profile = textOption(input, 'profile') ?? chooseProfile(store, gateway);
  const login = profile === undefined ? undefined : store.login(profile);
  if (login === undefined) requireKnown(store, textOption(input, 'profile'));
  if (profile === undefined || login === undefined) {
    throw new CliError(
      `you are not logged in${gateway === undefined ? '' : ` to ${gateway}`}: postern login --gateway ${gateway ?? 'https://postern.example.com'}`,
    );
  }
  if (gateway !== undefined && login.gateway !== gateway) {
    throw usageError(`the profile "${profile}" is a login to ${login.gateway}, not to ${gateway}`);
  }
  if (Date.parse(login.expiresAt) <= input.clock().getTime()) {
    throw new CliError(
      `your login to ${login.gateway} ended at ${login.expiresAt}: postern login --gateway ${login.gateway}`,
    );
  }
  return { store, profile, login, api: clientOf(input, login) };
}

/** Names the logins there are, to somebody who named one that there is not. */
function requireKnown(store: Store, profile: string | undefined): void {
  const names = store.profiles();
  if (profile === undefined || names.length === 0) return;
  throw usageError(
    `there is no login "${profile}"${hint(profile, names) || `; there are: ${names.join(', ')}`}`,
  );
}

/** The API as one login. */
export const clientOf = (
  { fetch, sleep, signal }: CommandInput,
  { gateway, token }: StoredLogin,
): ApiClient => createApiClient({ gateway, token, fetch, sleep, signal });

/** `--gateway` or its variable, checked. */
export function gatewayOption(input: CommandInput): string | undefined {
  const text = textOption(input, 'gateway');
  return text === undefined ? undefined : parseGatewayUrl(text);
}

function chooseProfile(store: Store, gateway: string | undefined): string | undefined {
  const current = store.current();
  if (gateway === undefined) return current;
  const fitting = store.profiles().filter((name) => store.login(name)?.gateway === gateway);
  if (current !== undefined && fitting.includes(current)) return current;
  const usual = profileOf(gateway);
  if (fitting.includes(usual) || fitting.length === 0) return usual;
  const [only, another] = fitting;
  if (another === undefined) return only;
  throw usageError(
    `there are several logins to ${gateway} (${fitting.join(', ')}): give --profile`,
  );
}
