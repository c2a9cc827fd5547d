const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * Gives an object that holds a signature or a session token another form for logs and JSON. Changes the object
 * it is given, which nobody else has seen yet.
 *
 * @returns the same object
 */
export function withPrintedForm<T extends object>(object: T, printed: () => object): T {
  for (const name of [INSPECT, 'toJSON']) {
    Object.defineProperty(object, name, { value: printed, enumerable: false });
  }
  return object;
}
