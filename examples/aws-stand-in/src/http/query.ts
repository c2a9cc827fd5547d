import { AwsFault } from '../errors/aws-fault.js';

/** Decoded name and value pairs in the order of the wire; a name without `=` has the value ''. */
export type QueryPairs = readonly (readonly [name: string, value: string])[];

/**
 * Reads a raw query or a form body: `&` separates, the first `=` splits, `+` and `%20` are blanks.
 *
 * @throws {AwsFault} on a broken percent sequence
 */
export function parseQuery(raw: string): QueryPairs {
  return raw
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const mark = piece.indexOf('=');
      const name = mark < 0 ? piece : piece.slice(0, mark);
      return [decode(name), mark < 0 ? '' : decode(piece.slice(mark + 1))] as const;
    });
}

/** The value of a parameter, or undefined. Names are compared exactly. */
export function queryValue(pairs: QueryPairs, name: string): string | undefined {
  return pairs.find(([key]) => key === name)?.[1];
}

/** Percent-decoding that ends in a typed refusal instead of a URIError. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsFault('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

function decode(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}
