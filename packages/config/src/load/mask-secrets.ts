import { guardedDocuments } from './guarded-documents.js';
import { resolveLimits } from './limits.js';
import type { Span } from './node.js';
import { isNearName, isSecretName } from './secret-names.js';
import { secretSpans } from './secret-spans.js';

/** What may be a key of a map, in a text that no parser reads. */
const KEY = /(?:^|[\s{[,?"'])((?:[\w.-]|\\[xuU][0-9a-fA-F]{2,8})+)["']?[ \t]*(?::|$)/g;

/**
 * Replaces the values of secret fields by stars of the same length, so that places in a line stay right. What is YAML
 * is masked by its fields; from the first fault of syntax on, and in comments, by what looks like a field. It
 * rather masks too much there.
 *
 * @param text - without byte-order mark
 */
export function maskSecrets(text: string): string {
  const limits = resolveLimits({});
  if (text.length > limits.maxBytes) return maskLines(text);
  const spans: Span[] = [];
  let broken = text.length;
  for (const item of guardedDocuments(text, limits)) {
    if (item.type === 'document') spans.push(...secretSpans(item.document));
    else broken = item.start;
  }
  const shown = maskSpans(text, spans);
  return maskComments(shown.slice(0, broken)) + maskLines(shown.slice(broken));
}

function maskSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let done = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (end <= done) continue;
    const from = Math.max(start, done);
    result += text.slice(done, from) + stars(text.slice(from, end));
    done = end;
  }
  return result + text.slice(done);
}

/** A line that has been commented out may hold a secret still. */
function maskComments(text: string): string {
  return text.replace(/(?<![^\s])#.*$/gm, (comment) => {
    const from = secretAfter(comment, false);
    return from === undefined ? comment : comment.slice(0, from) + stars(comment.slice(from));
  });
}

function maskLines(text: string): string {
  const hideNames = mayBeToken(text);
  let hiddenBelow: number | undefined;
  let openQuote: string | undefined;
  let isPending = false;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      const isBlank = line.trim() === '';
      if (openQuote !== undefined) {
        if (line.includes(openQuote)) openQuote = undefined;
        return stars(line);
      }
      if (hiddenBelow !== undefined && (isBlank || isPending || indent > hiddenBelow)) {
        if (!isBlank) isPending = false;
        return stars(line);
      }
      hiddenBelow = undefined;
      const after = secretAfter(line, hideNames);
      if (after === undefined) return line;
      const value = line.slice(after).trim();
      // The value may go on: what is indented deeper belongs to it, in any case the next line after a bare colon, and
      // everything up to the closing quote.
      hiddenBelow = indent;
      isPending = value === '';
      const quote = /^["']/.exec(value)?.[0];
      openQuote = quote !== undefined && !value.slice(1).includes(quote) ? quote : undefined;
      return line.slice(0, after) + stars(line.slice(after));
    })
    .join('\n');
}

/** Where the value of the first secret field of a line begins. */
function secretAfter(line: string, hideNames: boolean): number | undefined {
  for (const match of line.matchAll(KEY)) {
    const key = decodeEscapes(match[1] ?? '');
    if (isSecretName(key) || (hideNames && isNearName(key))) return match.index + match[0].length;
  }
  return undefined;
}

/** Whether a kind could be read as token: all are, but those that plainly say something else. */
function mayBeToken(text: string): boolean {
  const plain = decodeEscapes(text);
  const kinds = plain.match(/\bkind\b/g)?.length ?? 0;
  const others = plain.match(
    /^\W{0,9}kind["']?[ \t]*:[ \t]*["']?(?!to)[a-z_]+["']?[ \t]*[,\r]?$/gm,
  );
  return kinds > (others?.length ?? 0);
}

function decodeEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/gi, (all, x, u, U) => {
    const code = Number.parseInt(x ?? u ?? U, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function stars(text: string): string {
  return text.replace(/[^\s]/gu, (character) => '*'.repeat(character.length));
}
