import { GatewayError } from '../gateway-error.js';

/** The one JSON object that a text is, or nothing. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a value of the wanted kind as it is, and gives undefined for every other. */
type Reader<T> = (value: unknown) => T | undefined;
type Readers = Readonly<Record<string, Reader<unknown>>>;
type Values<R extends Readers> = { readonly [K in keyof R]: NonNullable<ReturnType<R[K]>> };

export const text: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);
export const number: Reader<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
export const listOfTexts: Reader<readonly string[]> = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
export const oneOf =
  <T extends string>(...words: readonly T[]): Reader<T> =>
  (value) =>
    words.find((word) => word === value);

/**
 * Reads the fields of a body; others are ignored, so that newer clients are understood. It is a reader too, for objects in objects.
 *
 * @param optional fields that may be absent or null
 * @throws GatewayError `malformed-request` naming the field
 */
export function fields<R extends Readers, O extends Readers = Record<never, never>>(
  required: R,
  optional?: O,
): (body: unknown) => Values<R> & Partial<Values<O>> {
  const readers = Object.entries({ ...required, ...optional });
  return (body) => {
    const given = new Map<string, unknown>(Object.entries(body ?? {}));
    const values = readers.flatMap(([name, read]) => {
      const value = given.get(name) ?? undefined;
      if (value === undefined && !(name in required)) return [];
      const result = read(value);
      if (result !== undefined) return [[name, result] as const];
      const message = `The field "${name}" is missing or of the wrong kind.`;
      throw new GatewayError('malformed-request', message);
    });
    // Filled by the readers of exactly these names, just above.
    return Object.fromEntries(values) as Values<R> & Partial<Values<O>>;
  };
}
