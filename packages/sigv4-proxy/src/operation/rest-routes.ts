/** The routes of the operations of REST services, taken apart service by service as they are asked for. */
export class RestRoutes {
  readonly #text: string;
  /** Where the block of a service begins. */
  readonly #blocks = new Map<string, number>();
  readonly #services = new Map<string, ReadonlyMap<string, readonly string[]>>();

  /** @internal */
  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n='); at >= 0; at = text.indexOf('\n=', at + 1)) {
      const end = text.indexOf('\n', at + 1);
      this.#blocks.set(text.slice(at + 2, end), end + 1);
    }
  }

  /** @internal Whether a service has routes. */
  has(serviceId: string): boolean {
    return this.#blocks.has(serviceId);
  }

  /** @internal The routes of a service for a method: template, blank, operation and `@` host prefix. */
  of(serviceId: string, method: string): readonly string[] {
    let methods = this.#services.get(serviceId);
    if (methods === undefined) {
      const start = this.#blocks.get(serviceId);
      if (start === undefined) return [];
      methods = this.#read(start);
      this.#services.set(serviceId, methods);
    }
    return methods.get(method) ?? [];
  }

  #read(start: number): ReadonlyMap<string, readonly string[]> {
    const end = this.#text.indexOf('\n=', start);
    const methods = new Map<string, string[]>();
    let routes: string[] = [];
    for (const line of this.#text.slice(start, end < 0 ? undefined : end).split('\n')) {
      if (line.startsWith('/')) routes.push(line);
      else if (line !== '') {
        routes = [];
        methods.set(line, routes);
      }
    }
    return methods;
  }
}

/**
 * Loads the routes by which operations of REST services are named. They are the largest part of the package by far, and come
 * only with this call; a proxy makes it by itself.
 *
 * @returns to be handed to `nameOperation` and `resolveTarget`
 *
 * @example
 * ```ts
 * const routes = await loadRestRoutes();
 * const { action } = nameOperation(
 *   { service: 'lambda', method: 'POST', target: '/2015-03-31/functions/f/invocations', headers: [], host: undefined },
 *   routes,
 * ); // 'lambda:Invoke'
 * ```
 */
export async function loadRestRoutes(): Promise<RestRoutes> {
  const { restOperations } = await import('./data/rest-operations.js');
  return new RestRoutes(restOperations);
}
