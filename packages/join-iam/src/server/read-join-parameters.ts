import type { JoinParameters } from '../wire/binding.js';
import { checkJoinParameters } from './check-join-parameters.js';

/**
 * Reads join parameters from the JSON value a joiner sent, so that they can be used: for the look-up of the token
 * to begin with. `beginJoin` and `verifyJoinRequest` check theirs again. Pure.
 *
 * @param value - the parsed JSON value; untrusted, and only its types are checked
 * @returns a copy: texts by name, at most 32 entries and 16,384 characters, with `tokenName` and `role`
 * @throws {@link JoinIamError} `request-malformed`, `request-too-large`
 * @example
 * ```ts
 * const { tokenName, role } = readJoinParameters(JSON.parse('{"tokenName":"iam-token","role":"Node"}'));
 * ```
 */
export function readJoinParameters(value: unknown): JoinParameters {
  checkJoinParameters(value);
  return Object.freeze({ ...value });
}
