import { RbacError, type RbacErrorCode } from '../errors.js';
import { pointerTo } from './pointer.js';

/** An object read from a document: any keys, values not yet checked. */
export type Shape = Readonly<Record<string, unknown>>;

/** Reads a document whose values nobody has checked; every fault is an RbacError with its pointer. */
export class ShapeReader {
  readonly #code: RbacErrorCode;

  constructor(code: RbacErrorCode) {
    this.#code = code;
  }

  /** An object; an absent one is empty. */
  object(value: unknown, pointer: string): Shape {
    if (value === undefined || value === null) return {};
    if (isShape(value)) return value;
    throw this.fault('A map is wanted here', pointer);
  }

  /** A text, or undefined when absent. */
  text(value: unknown, pointer: string): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw this.#notText(pointer);
  }

  /** A list of texts, or one text; absent is empty. */
  texts(value: unknown, pointer: string): readonly string[] {
    return this.textsWithPointers(value, pointer).map(({ text }) => text);
  }

  /** {@link texts} with the pointer of each. */
  textsWithPointers(value: unknown, pointer: string): readonly { text: string; pointer: string }[] {
    if (value === undefined || value === null) return [];
    if (typeof value === 'string') return [{ text: value, pointer }];
    if (typeof value !== 'object') throw this.#notText(pointer);
    return this.list(value, pointer).map((item, index) => {
      const place = pointerTo(pointer, index);
      if (typeof item === 'string') return { text: item, pointer: place };
      throw this.#notText(place);
    });
  }

  /** A list; absent is empty. */
  list(value: unknown, pointer: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    throw this.fault('A list is wanted here', pointer);
  }

  #notText(pointer: string): RbacError {
    return this.fault('A text is wanted here (put quotes around numbers)', pointer);
  }

  /** The error for a value of this document. */
  fault(message: string, pointer: string, code: RbacErrorCode = this.#code): RbacError {
    const place = pointer === '' ? '' : ` (at ${pointer})`;
    return new RbacError(code, `${message}${place}.`, { pointer });
  }
}

function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
