import { canonicalQuery } from './canonical-query.js';

/** The query of one request, made canonical once for all who ask. */
export class RequestQuery {
  /** As on the wire, without `?`; attacker-controlled. */
  readonly raw: string;
  #canonical: string | undefined;

  constructor(raw: string) {
    this.raw = raw;
  }

  /**
   * The query line of a canonical request, with all parameters.
   *
   * @throws SigV4ProxyError `bad-encoding`
   */
  canonical(): string {
    this.#canonical ??= canonicalQuery(this.raw);
    return this.#canonical;
  }
}
