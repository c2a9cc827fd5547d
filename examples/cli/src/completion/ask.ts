import type { AppView } from '../api/types.js';
import type { CommandInput } from '../command.js';
import { openStore } from '../home/store.js';
import { requireLogin } from '../session/require-login.js';
import type { Candidate } from './complete.js';

/** Nobody waits longer than this for a completion. */
const PATIENCE_MS = 2_000;

export async function appNames(input: CommandInput): Promise<readonly Candidate[]> {
  const apps = await appsOf(input);
  return apps.map(({ name, account, partition }) => [name, `${account} ${partition}`.trim()]);
}

/** @param app the app of the command line; any, when it is not one of the apps */
export async function roleNames(
  input: CommandInput,
  app: string | undefined,
): Promise<readonly Candidate[]> {
  const apps = await appsOf(input);
  const fitting = apps.filter(({ name }) => name === app);
  const found = new Map<string, string>();
  for (const { roles } of fitting.length > 0 ? fitting : apps) {
    for (const { name, status } of roles) found.set(name, status);
  }
  return [...found];
}

export async function requestableRoles(input: CommandInput): Promise<readonly Candidate[]> {
  const apps = await appsOf(input);
  const names = apps.flatMap(({ roles }) => roles.flatMap(({ requestable }) => requestable));
  return [...new Set(names)].map((name) => [name, 'can be asked for']);
}

export async function requestIds(input: CommandInput): Promise<readonly Candidate[]> {
  const { api } = requireLogin(patient(input));
  const requests = await api.requests();
  return requests.map(({ id, user, roles, state }) => [
    id,
    `${state}: ${user}, ${roles.join(', ')}`,
  ]);
}

export async function profileNames(input: CommandInput): Promise<readonly Candidate[]> {
  const store = openStore(input);
  return store.profiles().map((name) => [name, store.login(name)?.user ?? '']);
}

async function appsOf(input: CommandInput): Promise<readonly AppView[]> {
  return requireLogin(patient(input)).api.apps();
}

const patient = (input: CommandInput): CommandInput => ({
  ...input,
  signal: AbortSignal.any([input.signal, AbortSignal.timeout(PATIENCE_MS)]),
});
