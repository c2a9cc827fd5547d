import { code, quote } from '../access/reasons.js';

/** How many labels a sentence shows. */
const MAX_SHOWN = 10;

/** Labels that remember which of them an expression has looked at. */
export class WatchedLabels extends Map<string, string> {
  readonly #looked = new Set<string>();

  override get(key: string): string | undefined {
    this.#looked.add(key);
    return super.get(key);
  }

  override *[Symbol.iterator](): MapIterator<[string, string]> {
    for (const entry of super.entries()) {
      this.#looked.add(entry[0]);
      yield entry;
    }
  }

  /** What was seen, in words; empty when nothing was looked at. */
  describe(): string {
    const seen = [...this.#looked].slice(0, MAX_SHOWN).map((key) => {
      const value = super.get(key);
      return `${code(key)} is ${value === undefined ? 'absent' : quote(value)}`;
    });
    const more = this.#looked.size - seen.length;
    return [...seen, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  }
}
