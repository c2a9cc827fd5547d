import { SigV4ProxyError } from '../errors.js';

/** One `name=value` of a form or query, with its place in the text. */
export interface FormPair {
  /** Decoded. */
  readonly name: string;
  /** Decoded. */
  readonly value: string;
}

const MAX_PAIRS = 5000;

/**
 * Reads a form body or query string strictly: what AWS might read in another way is refused, because a value that only AWS sees
 * would escape the caller's check.
 *
 * @param text attacker-controlled
 * @throws {@link SigV4ProxyError} `malformed-body`
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export function parseForm(text: string): readonly FormPair[] {
  if (text === '') return [];
  const parts = text.split('&', MAX_PAIRS + 1);
  if (parts.length > MAX_PAIRS) throw malformed();
  return parts.map((part) => {
    const equals = part.indexOf('=');
    return {
      name: decodeFormText(equals < 0 ? part : part.slice(0, equals)),
      value: equals < 0 ? '' : decodeFormText(part.slice(equals + 1)),
    };
  });
}

/**
 * Sets one parameter and leaves every other byte as it is.
 *
 * @param text a form that `parseForm` has read
 * @param name the parameter, plain letters
 * @param value plain letters and digits
 */
export function setFormValue(text: string, name: string, value: string): string {
  const pairs = parseForm(text);
  const index = pairs.findIndex((pair) => pair.name === name);
  const parts = text === '' ? [] : text.split('&');
  if (index < 0) return [...parts, `${name}=${value}`].join('&');
  return parts.map((part, at) => (at === index ? `${name}=${value}` : part)).join('&');
}

function decodeFormText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw malformed(error);
  }
}

function malformed(cause?: unknown): SigV4ProxyError {
  return new SigV4ProxyError(
    'malformed-body',
    'The form in body or query cannot be read as name=value pairs with percent-encoded UTF-8.',
    { cause },
  );
}
