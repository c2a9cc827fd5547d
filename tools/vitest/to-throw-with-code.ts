import { expect } from 'vitest';

type ErrorClass = abstract new (...args: never[]) => Error;

/** Asserts class and code together, so that no test has to lean on message text. */
function toThrowWithCode(received: unknown, errorClass: ErrorClass, code: string) {
  let thrown: unknown = received;
  if (typeof received === 'function') {
    thrown = undefined;
    try {
      received();
    } catch (error) {
      thrown = error;
    }
  }
  const seen =
    thrown instanceof Error
      ? `${thrown.constructor.name} with code ${String((thrown as { code?: unknown }).code)}: ${thrown.message}`
      : String(thrown);
  return {
    pass: thrown instanceof errorClass && (thrown as { code?: unknown }).code === code,
    message: () => `expected ${errorClass.name} with code ${code}, got ${seen}`,
  };
}

expect.extend({ toThrowWithCode });

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the merged declaration must repeat vitest's own parameter
  interface Assertion<T = any> {
    /** A function that throws, or (with `rejects`) the error itself. */
    toThrowWithCode(errorClass: ErrorClass, code: string): T;
  }
}
