import { loadPart } from '../load-part.js';
import type { TargetOptions } from '../target/target-options.js';
import type { Catalog } from './catalog.js';

/** The catalog of a proxy: its tables are asked for when the proxy is made, so that they are there by its first request. */
export class CatalogSource {
  /** Undefined until it is loaded. */
  now: Catalog | undefined;
  #loading: Promise<Catalog> | undefined;
  readonly #o: TargetOptions;

  constructor(o: TargetOptions) {
    this.#o = o;
    // Requests that wait for it get the failure, and the next one tries again.
    this.load().catch(() => {});
  }

  /** @throws SigV4ProxyError `internal` when it cannot be loaded */
  load(): Promise<Catalog> {
    this.#loading ??= this.#open();
    return this.#loading;
  }

  async #open(): Promise<Catalog> {
    try {
      this.now = await loadPart(async () => {
        const { createCatalog } = await import('./catalog.js');
        return createCatalog(this.#o);
      });
      return this.now;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }
}
