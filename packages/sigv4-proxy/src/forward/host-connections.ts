import type { Client, Dispatcher } from 'undici';

/** One request, waiting for a connection. */
interface Waiting {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
}

/** So many connections are opened as soon as they are wanted. */
const AT_ONCE = 16;

/** Beyond that, a request has to wait so long before it is a reason for another connection. */
const PATIENCE_MS = 10;

/** Requests that have waited so long open one connection each this many. */
const WAITING_PER_CONNECTION = 8;

/**
 * The connections to one host for one identity: one request at a time on each, the last used first. It grows slowly. A
 * handshake costs as much CPU as some thirty requests, and they all share one thread: when the proxy is what is slow, a crowd of
 * new connections only holds up what the open ones would have answered. When AWS is slow, requests are still waiting after a
 * moment, and then connections come quickly.
 */
export class HostConnections {
  readonly #create: () => Client;
  readonly #most: number;
  readonly #open = new Set<Client>();
  readonly #connected = new Set<Client>();
  readonly #idle: Client[] = [];
  #waiting: (Waiting | undefined)[] = [];
  /** Where the queue begins in its array. */
  #first = 0;
  /** Requests that ever waited, and those that do not any more. */
  #queued = 0;
  #served = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed: (() => void) | undefined;

  /**
   * @param create makes an unconnected client that sends one request at a time
   * @param most connections at a time
   */
  constructor(create: () => Client, most: number) {
    this.#create = create;
    this.#most = most;
  }

  /** Sends a request as soon as there is a connection for it. Failures go to the handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const client = this.#idle.pop();
    if (client !== undefined) client.dispatch(options, handler);
    else if (this.#open.size < Math.min(AT_ONCE, this.#most))
      this.#add().dispatch(options, handler);
    else {
      this.#waiting.push({ options, handler });
      this.#queued += 1;
      this.#watch();
    }
  }

  /** Closes all connections once everything is answered. */
  async close(): Promise<void> {
    if (this.#served < this.#queued) {
      await new Promise<void>((resolve) => {
        this.#closed = resolve;
      });
    }
    await Promise.all([...this.#open].map((client) => client.close()));
  }

  /** Cuts all connections, and fails what is waiting. */
  async destroy(reason: Error): Promise<void> {
    clearTimeout(this.#timer);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.handler.onError?.(reason);
    }
    await Promise.all([...this.#open].map((client) => client.destroy(reason)));
  }

  #add(): Client {
    const client = this.#create();
    this.#open.add(client);
    client.on('connect', () => this.#connected.add(client));
    client.on('disconnect', () => this.#onDisconnect(client));
    client.on('connectionError', () => this.#connected.delete(client));
    client.on('drain', () => this.#onDrain(client));
    return client;
  }

  /** The client has answered, or failed, and takes the next request. */
  #onDrain(client: Client): void {
    if (!this.#open.has(client)) return;
    const next = this.#next();
    if (next !== undefined) client.dispatch(next.options, next.handler);
    else if (this.#connected.has(client)) this.#idle.push(client);
    else this.#drop(client);
  }

  #onDisconnect(client: Client): void {
    this.#connected.delete(client);
    const at = this.#idle.indexOf(client);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#drop(client);
  }

  #drop(client: Client): void {
    this.#open.delete(client);
    client.close().catch(() => {});
  }

  #next(): Waiting | undefined {
    const next = this.#waiting[this.#first];
    if (next === undefined) return undefined;
    // A queue that never empties would keep what is long answered alive.
    this.#waiting[this.#first] = undefined;
    this.#first += 1;
    this.#served += 1;
    if (this.#first >= this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
      this.#closed?.();
    } else if (this.#first > 1024) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return next;
  }

  /** Looks again in a moment whether those who wait now are still waiting. */
  #watch(): void {
    if (this.#timer !== undefined || this.#open.size >= this.#most) return;
    const before = this.#queued;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const late = before - this.#served;
      const wanted = Math.min(
        Math.ceil(late / WAITING_PER_CONNECTION),
        this.#most - this.#open.size,
      );
      for (let i = 0; i < wanted; i += 1) {
        const next = this.#next();
        if (next !== undefined) this.#add().dispatch(next.options, next.handler);
      }
      if (this.#served < this.#queued) this.#watch();
    }, PATIENCE_MS);
  }
}
