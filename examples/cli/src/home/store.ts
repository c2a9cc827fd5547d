import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OpenedSession } from '../api/types.js';
import { CliError, usageError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from './private-files.js';
import { readStoredLogin, readStoredSession } from './read-stored.js';
import { withLock } from './with-lock.js';

/** A login on disk; the token is the secret of it. */
export interface StoredLogin {
  readonly gateway: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly token: string;
  readonly expiresAt: string;
}

/** An open app on disk, with the bundle of certificates that its clients must trust. */
export interface StoredSession extends Omit<OpenedSession, 'caCertificate'> {
  readonly caBundle: string;
}

/** Logins and open apps of one person, below `$POSTERN_HOME` or `~/.postern`. */
export interface Store {
  readonly root: string;
  /** The profile that was logged in to last. */
  current(): string | undefined;
  profiles(): readonly string[];
  login(profile: string): StoredLogin | undefined;
  /** Keeps a login, which is the current one from now on. */
  saveLogin(profile: string, login: StoredLogin): void;
  /** Replaces a login and leaves the current one what it is. */
  updateLogin(profile: string, login: StoredLogin): void;
  /** Removes the login, its open apps and their bundles. */
  removeProfile(profile: string): void;
  sessions(profile: string): readonly StoredSession[];
  saveSession(profile: string, session: OpenedSession, bundle: string): StoredSession;
  removeSession(profile: string, app: string): void;
  /** A folder for a command's own files, gone with the profile at the latest. */
  folder(profile: string): string;
  /** No other command changes logins and apps meanwhile. */
  locked<T>(work: () => Promise<T>): Promise<T>;
}

const PROFILE = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/** Opens the store of the environment; nothing is written yet. */
export function openStore(input: CommandInput): Store {
  const { uid } = input;
  const root = input.env.POSTERN_HOME
    ? resolve(input.cwd, input.env.POSTERN_HOME)
    : join(input.home, '.postern');
  const profiles = join(root, 'profiles');
  const pointer = join(root, 'current.json');
  const folderOf = (profile: string) => join(profiles, checkProfile(profile));
  const make = (profile: string): string => {
    const folder = folderOf(profile);
    for (const path of [root, profiles, folder]) ensurePrivateFolder(path, uid);
    return folder;
  };
  const remove = (path: string) => rmSync(path, { recursive: true, force: true });

  const store: Store = {
    root,
    current() {
      const value = parse(readPrivateFile(pointer, uid));
      const profile = value?.profile;
      return typeof profile === 'string' && PROFILE.test(profile) ? profile : undefined;
    },
    profiles: () => list(profiles).filter((name) => PROFILE.test(name)),
    login: (profile) =>
      readStoredLogin(parse(readPrivateFile(join(folderOf(profile), 'login.json'), uid))),
    updateLogin: (profile, login) =>
      writePrivateFile(join(make(profile), 'login.json'), format(login), uid),
    saveLogin(profile, login) {
      store.updateLogin(profile, login);
      writePrivateFile(pointer, format({ profile }), uid);
    },
    removeProfile(profile) {
      const isCurrent = store.current() === profile;
      remove(folderOf(profile));
      if (isCurrent) remove(pointer);
      // An empty store is no store.
      if (store.profiles().length === 0) remove(profiles);
    },
    sessions(profile) {
      const folder = join(folderOf(profile), 'apps');
      return list(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => readStoredSession(parse(readPrivateFile(join(folder, name), uid))))
        .filter((session) => session !== undefined)
        .sort((a, b) => (a.app < b.app ? -1 : 1));
    },
    saveSession(profile, { caCertificate: _, ...session }, bundle) {
      const folder = join(make(profile), 'apps');
      const name = fileNameOf(session.app);
      // Its own name: a command that reads the old session meanwhile still finds the old bundle.
      const caBundle = join(folder, `${name}.${fileNameOf(session.id)}.pem`);
      const stored = { ...session, caBundle };
      writePrivateFile(caBundle, bundle, uid);
      writePrivateFile(join(folder, `${name}.json`), format(stored), uid);
      for (const other of list(folder)) {
        const path = join(folder, other);
        if (other.startsWith(`${name}.`) && other.endsWith('.pem') && path !== caBundle)
          remove(path);
      }
      return stored;
    },
    removeSession(profile, app) {
      const folder = join(folderOf(profile), 'apps');
      const name = fileNameOf(app);
      for (const file of list(folder)) {
        if (file.startsWith(`${name}.`)) remove(join(folder, file));
      }
      if (list(folder).length === 0) remove(folder);
    },
    folder: make,
    async locked(work) {
      ensurePrivateFolder(root, uid);
      return withLock(join(root, 'lock'), input, work);
    },
  };
  return store;
}

/** The name under which a login is kept when none is given: host and port of the gateway. */
export function profileOf(gateway: string): string {
  return new URL(gateway).host.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^[.-]/, '_');
}

function checkProfile(profile: string): string {
  if (PROFILE.test(profile)) return profile;
  throw usageError(
    `--profile "${profile}" is no name: use letters, digits, dots, hyphens and underscores`,
  );
}

/** A name that no app can choose so that it leaves the folder, or is another app's. */
function fileNameOf(name: string): string {
  const plain = /^[a-z0-9_-]{1,80}$/.test(name);
  return plain ? name : `~${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

const format = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function parse(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new CliError('a file below ~/.postern is damaged: remove the folder and log in again');
}
