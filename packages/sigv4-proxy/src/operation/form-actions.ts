import { gunzipSync } from 'node:zlib';
import type { HeaderList } from '../request.js';

/** The longest form that is looked through for its action, before and after decompression. */
export const MAX_FORM = 1024 * 1024;

/** Types under which a body is bytes for other protocols, or a form whose letters are those of ASCII. */
const PLAIN_TYPE =
  /^(?:[a-z0-9.+-]+\/[a-z0-9.+-]+)?\s*(?:;\s*charset\s*=\s*"?(?:utf-?8|us-ascii|iso-8859-1)"?\s*)?;?$/;

/**
 * The values of every `Action` in a form, as far as any server could find one. What only some would take for the parameter (other
 * case, blanks or control characters around it, `;` between pairs) gives a second, impossible name, so that the call has none.
 *
 * @param form a query string or a body, attacker-controlled
 */
export function actionsOf(form: string): readonly string[] {
  const names: string[] = [];
  for (const pair of form.split('&')) {
    addAction(names, pair);
    if (pair.includes(';')) for (const part of pair.split(';')) addAction(names, part);
  }
  return names;
}

/**
 * The actions in a body that AWS may read as a form. A body that is compressed with gzip is looked at as it is and as it will be.
 *
 * @param body whole and not longer than {@link MAX_FORM}
 * @returns undefined when the body could say what cannot be seen here: another encoding or character set, several parts, a
 *   stream that is broken or too long
 */
export function actionsOfBody(
  body: Uint8Array | undefined,
  headers: HeaderList,
): readonly string[] | undefined {
  if (body === undefined || body.length === 0) return [];
  const types = valuesOf(headers, 'content-type');
  const encodings = valuesOf(headers, 'content-encoding').filter((value) => value !== 'identity');
  const [type = ''] = types;
  if (!PLAIN_TYPE.test(type) || type.startsWith('multipart/')) return undefined;
  const seen = actionsOfBytes(body);
  const [encoding, another] = encodings;
  if (encoding === undefined) return seen;
  if (another !== undefined || encoding !== 'gzip') return undefined;
  const form = unzip(body);
  return form && [...seen, ...actionsOfBytes(form)];
}

/** Without its zero bytes, UTF-16 reads like ASCII. */
function actionsOfBytes(body: Uint8Array): readonly string[] {
  const text = textOf(body);
  const names = actionsOf(text);
  return text.includes('\0') ? [...names, ...actionsOf(text.replaceAll('\0', ''))] : names;
}

function addAction(names: string[], pair: string): void {
  const equals = pair.indexOf('=');
  const name = equals < 0 ? pair : pair.slice(0, equals);
  const value = equals < 0 ? '' : pair.slice(equals + 1);
  if (decode(name) === 'Action') names.push(decode(value));
  else if (isLikeAction(name)) names.push('');
}

/** Longer names are other parameters: what could be around the letters is short. */
const MAX_NAME = 64;

function isLikeAction(name: string): boolean {
  if (name.length < 6 || name.length > MAX_NAME) return false;
  const bytes = name.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes.replace(/[^A-Za-z]/g, '').toLowerCase() === 'action';
}

function unzip(body: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_FORM });
  } catch {
    return undefined;
  }
}

function valuesOf(headers: HeaderList, name: string): readonly string[] {
  return headers
    .filter(([key]) => key.toLowerCase() === name)
    .map(([, value]) => value.trim().toLowerCase());
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
