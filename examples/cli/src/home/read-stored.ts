import {
  type Answer,
  readMoment,
  readOptionalText,
  readText,
  readTexts,
} from '../api/read-answer.js';
import { CliError } from '../cli-error.js';
import type { StoredLogin, StoredSession } from './store.js';

/** A login as it stands in its file. @throws CliError for a file of another shape */
export function readStoredLogin(value: Answer | undefined): StoredLogin | undefined {
  return guarded(value, (answer) => ({
    gateway: readText(answer, 'gateway'),
    user: readText(answer, 'user'),
    roles: readTexts(answer, 'roles'),
    token: readText(answer, 'token'),
    expiresAt: readMoment(answer, 'expiresAt'),
  }));
}

/** An open app as it stands in its file. @throws CliError for a file of another shape */
export function readStoredSession(value: Answer | undefined): StoredSession | undefined {
  return guarded(value, (answer) => ({
    id: readText(answer, 'id'),
    app: readText(answer, 'app'),
    user: readText(answer, 'user'),
    roleArn: readText(answer, 'roleArn'),
    accessKeyId: readText(answer, 'accessKeyId'),
    secretAccessKey: readText(answer, 'secretAccessKey'),
    region: readOptionalText(answer, 'region'),
    expiresAt: readMoment(answer, 'expiresAt'),
    proxyUrl: readText(answer, 'proxyUrl'),
    endpointUrl: readText(answer, 'endpointUrl'),
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
