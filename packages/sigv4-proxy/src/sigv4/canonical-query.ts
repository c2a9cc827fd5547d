import { badEncoding, encodeByte } from './canonical-path.js';
import { joinSorted } from './join-sorted.js';

// A query whose parameters all have one `=` and only characters that are unreserved or upper-case hex that had to be encoded.
const CANONICAL =
  /^(?:[\w.~-]|%(?:[0189A-F][\dA-F]|2[\dA-CF]|3[A-F]|[46]0|5[B-E]|7[B-DF]))+=(?:[\w.~-]|%(?:[0189A-F][\dA-F]|2[\dA-CF]|3[A-F]|[46]0|5[B-E]|7[B-DF]))*(?:&(?:[\w.~-]|%(?:[0189A-F][\dA-F]|2[\dA-CF]|3[A-F]|[46]0|5[B-E]|7[B-DF]))+=(?:[\w.~-]|%(?:[0189A-F][\dA-F]|2[\dA-CF]|3[A-F]|[46]0|5[B-E]|7[B-DF]))*)*$/;
const TO_ENCODE = /%(?:[0-9A-Fa-f]{2})?|[^\w.~-]/g;
const KEPT = /[\w.~-]/;

/**
 * The query line of a canonical request: decoded, encoded, sorted by name and then value; repeated names stay.
 *
 * @param query the wire query without `?`; attacker-controlled
 * @param isDropped says which decoded parameter names, in lower case, the signature does not cover; default: none
 * @throws SigV4ProxyError `bad-encoding` for a malformed percent sequence
 */
export function canonicalQuery(query: string, isDropped?: (name: string) => boolean): string {
  if (query === '') return '';
  if (isDropped === undefined && CANONICAL.test(query)) {
    return query.indexOf('&') < 0 ? query : joinSorted(query.split('&'));
  }
  const pieces: string[] = [];
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = encodePart(equals < 0 ? piece : piece.slice(0, equals));
    if (isDropped?.(decodeBytes(name).toLowerCase())) continue;
    pieces.push(`${name}=${equals < 0 ? '' : encodePart(piece.slice(equals + 1))}`);
  }
  return joinSorted(pieces);
}

/** One parameter name or value in its canonical encoding; `+` means blank. */
export function encodePart(part: string): string {
  return /^[\w.~-]*$/.test(part) ? part : part.replace(TO_ENCODE, encodeMatch);
}

/** Undoes well-formed percent sequences and leaves the rest; the result is a latin1 string of bytes. */
export function decodeBytes(encoded: string): string {
  if (encoded.indexOf('%') < 0) return encoded;
  return encoded.replace(/%[0-9A-Fa-f]{2}/g, (match) =>
    String.fromCharCode(Number.parseInt(match.slice(1), 16)),
  );
}

function encodeMatch(match: string): string {
  const first = match.charCodeAt(0);
  if (first === 0x2b) return '%20';
  if (first !== 0x25) return encodeByte(match);
  if (match.length === 1) throw badEncoding();
  const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
  return KEPT.test(character) ? character : match.toUpperCase();
}
