import { type Answer, readText } from '../api/read-answer.js';
import { readLogin, readOpenApp } from '../api/read-views.js';
import { CliError } from '../cli-error.js';
import type { StoredLogin, StoredSession } from './store.js';

/** A login as it stands in its file. @throws CliError for a file of another shape */
export function readStoredLogin(value: Answer | undefined): StoredLogin | undefined {
  return guarded(value, (answer) => ({
    ...readLogin(answer),
    gateway: readText(answer, 'gateway'),
  }));
}

/** An open app as it stands in its file. @throws CliError for a file of another shape */
export function readStoredSession(value: Answer | undefined): StoredSession | undefined {
  return guarded(value, (answer) => ({
    ...readOpenApp(answer),
    caBundle: readText(answer, 'caBundle'),
  }));
}

function guarded<T>(value: Answer | undefined, read: (answer: Answer) => T): T | undefined {
  if (value === undefined) return undefined;
  try {
    return read(value);
  } catch (cause) {
    throw new CliError(
      'your login on disk is damaged or of another version: run "postern logout --all", then log in again',
      { cause },
    );
  }
}
