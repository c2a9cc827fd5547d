import { JoinIamError } from '../errors.js';
import type { JoinParameters } from '../wire/binding.js';
import { MAX_REQUEST_BYTES } from '../wire/constants.js';

/** Most entries of the join parameters. */
const MAX_PARAMETERS = 32;

/**
 * Join parameters come from the joiner's JSON, so their types are only promises.
 *
 * @throws JoinIamError `request-malformed`, `request-too-large`
 */
export function checkJoinParameters(parameters: unknown): asserts parameters is JoinParameters {
  if (typeof parameters !== 'object' || parameters === null) throw malformed();
  const entries = Object.entries(parameters);
  let characters = 0;
  for (const [name, value] of entries) {
    if (typeof value !== 'string' || /\p{Cs}/u.test(value) || /\p{Cs}/u.test(name))
      throw malformed();
    characters += name.length + value.length;
  }
  if (entries.length > MAX_PARAMETERS || characters > MAX_REQUEST_BYTES) {
    throw new JoinIamError('request-too-large', {
      message: `The join parameters have more than ${MAX_PARAMETERS} entries or ${MAX_REQUEST_BYTES} characters.`,
    });
  }
  if (!Object.hasOwn(parameters, 'tokenName') || !Object.hasOwn(parameters, 'role'))
    throw malformed();
}

function malformed(): JoinIamError {
  return new JoinIamError('request-malformed', {
    message: 'The join parameters must be texts, among them tokenName and role.',
  });
}
