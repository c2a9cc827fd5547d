/** A map that forgets its oldest entry when there would be more than `max`: whatever input can fill needs a bound. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #max: number;
  readonly #onForget: (value: V) => void;

  constructor(max: number, onForget: (value: V) => void = () => {}) {
    super();
    this.#max = max;
    this.#onForget = onForget;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    const [oldest] = this;
    if (this.size > this.#max && oldest) {
      this.delete(oldest[0]);
      this.#onForget(oldest[1]);
    }
    return this;
  }
}
