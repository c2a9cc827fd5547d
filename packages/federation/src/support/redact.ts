import { inspect } from 'node:util';

/** Stands where a secret would be. */
export const REDACTED = '[redacted]';

/**
 * Makes an object print itself without the named members: JSON.stringify and util.inspect (so every logger)
 * show a placeholder, while reading the members works as before. Copies made by spreading lose this.
 */
export function hideMembers<T extends object>(
  carrier: T,
  hidden: readonly (keyof T & string)[],
): T {
  const view = () => {
    const shown: Record<string, unknown> = Object.fromEntries(Object.entries(carrier));
    for (const name of hidden) {
      if (shown[name] !== undefined) shown[name] = REDACTED;
    }
    return shown;
  };
  Object.defineProperty(carrier, 'toJSON', { value: view, enumerable: false });
  Object.defineProperty(carrier, inspect.custom, { value: view, enumerable: false });
  return carrier;
}

/** Shorter values cannot be told from ordinary words, so text around them is not quoted at all. */
const SHORTEST_SCRUBBED = 8;
const LONGEST_QUOTE = 200;

/**
 * Makes a foreign text fit for an error message: tags and control characters go, every secret goes in plain,
 * percent-encoded, JSON-escaped and base64 form, and then every long run of letters and digits goes too, which
 * takes the encodings nobody listed. At most 200 characters remain.
 *
 * @param text - untrusted, already limited in size by the caller
 * @param secrets - values that must not appear; with one of fewer than 8 characters nothing is quoted
 */
export function quoteSafely(text: string, secrets: readonly string[]): string {
  if (secrets.some((secret) => secret.length < SHORTEST_SCRUBBED)) return '';
  let safe = text;
  for (const secret of secrets) {
    for (const form of formsOf(secret)) safe = safe.split(form).join(REDACTED);
  }
  return (
    safe
      .replace(/<[^<>]{0,2000}>/g, ' ')
      .replace(/[A-Za-z0-9+/=%_~-]{16,}/g, REDACTED)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not reach a log
      .replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]+/g, ' ')
      .trim()
      .slice(0, LONGEST_QUOTE)
  );
}

/** The texts that a secret turns into on its way through forms, JSON, addresses and pages. */
function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const wellFormed = Buffer.from(secret, 'utf8').toString('utf8');
  // Browsers leave ! ' ( ) * alone; forms write a blank as a plus and escape all of these but the star.
  const percents = [
    percentEncode(secret),
    encodeURIComponent(wellFormed),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ];
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    ...percents,
    ...percents.map((text) => text.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    Buffer.from(secret, 'utf8').toString('base64'),
    Buffer.from(secret, 'utf8').toString('base64url'),
  ];
}

/**
 * Percent-encodes every byte but the unreserved ones of RFC 3986; a blank becomes %20.
 *
 * Lone surrogates, which have no UTF-8 form, are encoded as U+FFFD instead of raising a foreign error.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
