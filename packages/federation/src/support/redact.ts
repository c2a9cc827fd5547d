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
/** No more is looked at: pages of a megabyte say no more than their beginning. */
const LONGEST_READ = 8192;

/**
 * Makes a foreign text fit for an error message: every secret goes in plain, percent-encoded, JSON-escaped and base64
 * form, tags and control characters go, and then every long run of letters and digits goes too, which takes the
 * encodings nobody listed. If pieces of a secret are still in it under escapes, entities or tags, nothing is quoted.
 * At most 200 characters remain.
 *
 * @param text - untrusted, already limited in size by the caller
 * @param secrets - values that must not appear; with one of fewer than 8 characters nothing is quoted
 */
export function quoteSafely(text: string, secrets: readonly string[]): string {
  if (secrets.some((secret) => secret.length < SHORTEST_SCRUBBED)) return '';
  let safe = text.slice(0, LONGEST_READ);
  for (const secret of secrets) {
    for (const form of formsOf(secret)) safe = safe.split(form).join(REDACTED);
  }
  if (hidesSecret(safe, secrets)) return '';
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

/**
 * What a foreign error says, for the end of a clause: its name and the plain words of its message. Nothing that could
 * be a part of a key passes, because its secrets are not known here.
 */
export function saying(error: unknown): string {
  const name = textMember(error, 'name');
  const words = textMember(error, 'message')
    .slice(0, 1000)
    .split(/\s+/)
    .filter((word) => /^["'(]?(?:[A-Z]?[a-z]{1,15}|\d{1,6}|[A-Z]{1,8})["').,;:!]{0,3}$/.test(word));
  const said = words.join(' ').slice(0, LONGEST_QUOTE).replace(/[.!]$/, '');
  const known = [/^[A-Za-z]{1,40}$/.test(name) ? name : '', said].filter(Boolean).join(': ');
  return known === '' ? '' : ` (${known})`;
}

/** A member that is a text; empty for all else, also for a getter that throws. */
export function textMember(value: unknown, name: string): string {
  try {
    const member: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, name) : '';
    return typeof member === 'string' ? member : '';
  } catch {
    return '';
  }
}

/** So many letters and digits of a secret in a row are no accident. */
const PIECE = 8;

/** Whether a text holds a piece of a secret once escapes, entities, tags and separators are taken away. */
export function hidesSecret(text: string, secrets: readonly string[]): boolean {
  const readings = [bare(text), bare(decode(text))];
  return secrets.some((secret) =>
    [secret, Buffer.from(secret, 'utf8').toString('base64')].map(bare).some((letters) => {
      const size = Math.min(PIECE, letters.length);
      for (let at = 0; at + size <= letters.length; at += 1) {
        const piece = letters.slice(at, at + size);
        if (readings.some((reading) => reading.includes(piece))) return true;
      }
      return false;
    }),
  );
}

const MOST_LAYERS = 3;

/** Takes the escapes of JSON, addresses and pages away, also where one stands inside the other, and then the tags. */
function decode(text: string): string {
  let plain = text;
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    plain = plain
      .replace(
        /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|%([0-9a-f]{2})|&#x([0-9a-f]{1,6});?/gi,
        (_, ...hex) => fromCode(Number.parseInt(hex.slice(0, 4).join(''), 16)),
      )
      .replace(/&#(\d{1,7});?/g, (_, digits) => fromCode(Number(digits)))
      .replaceAll('&amp;', '&');
  }
  return plain.replace(/<[^<>]{0,2000}>|&[A-Za-z]{1,20};/g, '');
}

function fromCode(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}

function bare(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '');
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
