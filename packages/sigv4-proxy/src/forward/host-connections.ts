import type { EventLoopUtilization } from 'node:perf_hooks';
import type { Client, Dispatcher } from 'undici';
import { SigV4ProxyError } from '../errors.js';
import { Forsaken } from './forsaken.js';

type Handler = Dispatcher.DispatchHandler;
type Options = Dispatcher.DispatchOptions;

/** One request, waiting for a connection. */
interface Waiting {
  readonly options: Options;
  readonly handler: Handler;
}

/** One connection, which may not be open yet. */
interface Connection {
  readonly client: Client;
  idle: boolean;
}

/** So many connections are opened as soon as they are wanted. */
const AT_ONCE = 64;

/** Beyond that, a request has to wait so long before it is a reason for another connection. */
const PATIENCE_MS = 10;

/** Requests that have waited so long open one connection each this many. */
const WAITING_PER_CONNECTION = 8;

/** A process that was at work for so much of the time is itself what the requests wait for. */
const BUSY = 0.9;

/** After so many moments in a row one connection comes all the same. */
const MOST_MOMENTS = 20;

/** How much of the time this process has been at work; `performance.eventLoopUtilization` fits. */
export type Utilization = (since?: EventLoopUtilization) => EventLoopUtilization;

/**
 * The connections to one host for one identity: one request at a time on each, the last used first. It grows slowly. A
 * handshake costs as much CPU as some thirty requests, and they all share one thread: when the proxy is what is slow, a crowd of
 * new connections only holds up what the open ones would have answered. When AWS is slow, requests are still waiting after a
 * moment in which this process had little to do, and then connections come quickly.
 */
export class HostConnections {
  readonly #create: () => Client;
  readonly #most: number;
  readonly #open = new Set<Connection>();
  readonly #idle: Connection[] = [];
  // Not a Map: its outgrown tables, once they are old, hold what has left it, and the collector has all the work.
  #waiting: (Waiting | undefined)[] = [];
  /** Where the queue begins in its array. */
  #first = 0;
  /** Requests that ever waited, and those that do not any more. */
  #queued = 0;
  #served = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #utilization: Utilization | undefined;
  /** Moments in which nothing was opened because the process was busy. */
  #busyMoments = 0;
  readonly #onEmpty: (() => void)[] = [];
  #closing: Error | undefined;
  readonly forsaken: Forsaken;
  /** Whether they are TLS, as far as any is open. */
  isEncrypted = false;

  /**
   * @param create makes an unconnected client that sends one request at a time
   * @param most connections at a time
   * @param maxForsaken requests without a client at a time
   * @param utilization tells whether it is AWS or this process that is slow; without it, it is AWS
   */
  constructor(create: () => Client, most: number, maxForsaken: number, utilization?: Utilization) {
    this.forsaken = new Forsaken(maxForsaken);
    this.#create = create;
    this.#most = most;
    this.#utilization = utilization;
  }

  /** Sends a request as soon as there is a connection for it. Failures go to the handler. */
  dispatch(options: Options, handler: Handler): void {
    if (this.#closing !== undefined) {
      handler.onError?.(this.#closing);
      return;
    }
    const connection = this.#idle.pop();
    if (connection !== undefined) this.#send(connection, options, handler);
    else if (this.#open.size < Math.min(AT_ONCE, this.#most)) {
      this.#send(this.#add(), options, handler);
    } else {
      this.#waiting.push({ options, handler });
      this.#queued += 1;
      if (this.isFull) this.forsaken.cutOldest();
      this.#watch();
    }
  }

  /** Whether requests wait and no connection may be added for them. */
  get isFull(): boolean {
    return this.#served < this.#queued && this.#open.size >= this.#most;
  }

  /**
   * Takes a request back that still waits for a connection. Its handler hears nothing.
   *
   * @returns false when it does not wait (any more)
   */
  forget(handler: Handler): boolean {
    const at = this.#waiting.findIndex((one) => one?.handler === handler);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    this.#left();
    return true;
  }

  /** Takes no more requests, and closes all connections once everything is answered. */
  async close(): Promise<void> {
    this.#closing ??= closed();
    if (this.#served < this.#queued) {
      await new Promise<void>((resolve) => {
        this.#onEmpty.push(resolve);
      });
    }
    clearTimeout(this.#timer);
    // One that fails before it could close is closed.
    await Promise.allSettled([...this.#open].map(({ client }) => client.close()));
  }

  /** Cuts all connections, and fails what is waiting. */
  async destroy(reason: Error): Promise<void> {
    this.#closing = reason;
    clearTimeout(this.#timer);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.handler.onError?.(reason);
    }
    await Promise.all([...this.#open].map(({ client }) => client.destroy(reason)));
  }

  #add(): Connection {
    const client = this.#create();
    const connection: Connection = { client, idle: false };
    this.#open.add(connection);
    client.on('disconnect', () => this.#onDisconnect(connection));
    client.on('connectionError', (_origin, _targets, error) => this.#onFailure(connection, error));
    client.on('drain', () => this.#onDrain(connection));
    return connection;
  }

  #send(connection: Connection, options: Options, handler: Handler): void {
    const { client } = connection;
    connection.idle = false;
    client.dispatch(options, handler);
    // What it refuses as no valid request leaves it as free as before, and it says nothing of it.
    if (client.stats.size === 0) this.#onDrain(connection);
  }

  /** The client has answered, or failed, and takes the next request. */
  #onDrain(connection: Connection): void {
    if (connection.idle || !this.#open.has(connection)) return;
    const { connected, size } = connection.client.stats;
    if (size > 0) return;
    const next = this.#next();
    if (next !== undefined) this.#send(connection, next.options, next.handler);
    else if (connected && this.#closing === undefined) {
      connection.idle = true;
      this.#idle.push(connection);
    } else this.#drop(connection);
  }

  #onDisconnect(connection: Connection): void {
    // One that has a request connects again by itself.
    if (connection.idle) this.#drop(connection);
  }

  /** A client that could not connect is of no more use: undici takes some of its failures for a request that still runs. */
  #onFailure(connection: Connection, error: Error): void {
    if (!this.#remove(connection)) return;
    connection.client.destroy(error).catch(() => {});
    const next = this.#next();
    if (next !== undefined) this.#send(this.#add(), next.options, next.handler);
  }

  #drop(connection: Connection): void {
    if (this.#remove(connection)) connection.client.close().catch(() => {});
  }

  #remove(connection: Connection): boolean {
    if (connection.idle) this.#idle.splice(this.#idle.indexOf(connection), 1);
    connection.idle = false;
    return this.#open.delete(connection);
  }

  /** Takes what has waited longest. */
  #next(): Waiting | undefined {
    const next = this.#waiting[this.#first];
    if (next === undefined) return undefined;
    // A queue that never empties would keep what is long answered alive.
    this.#waiting[this.#first] = undefined;
    this.#first += 1;
    this.#left();
    return next;
  }

  /** A request has left the queue. */
  #left(): void {
    this.#served += 1;
    if (this.#first >= this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
      for (const resolve of this.#onEmpty.splice(0)) resolve();
    } else if (this.#first > 1024) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Looks again in a moment whether those who wait now are still waiting. */
  #watch(): void {
    if (this.#timer !== undefined || this.#open.size >= this.#most) return;
    const before = this.#queued;
    const since = this.#utilization?.();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const isBusy = (this.#utilization?.(since).utilization ?? 0) > BUSY;
      this.#busyMoments = isBusy ? this.#busyMoments + 1 : 0;
      if (isBusy && this.#busyMoments < MOST_MOMENTS) {
        if (this.#served < this.#queued) this.#watch();
        return;
      }
      this.#busyMoments = 0;
      const late = before - this.#served;
      const room = this.#most - this.#open.size;
      const wanted = Math.min(isBusy ? 1 : Math.ceil(late / WAITING_PER_CONNECTION), room);
      for (let i = 0; i < wanted; i += 1) {
        const next = this.#next();
        if (next !== undefined) this.#send(this.#add(), next.options, next.handler);
      }
      if (this.#served < this.#queued) this.#watch();
    }, PATIENCE_MS);
  }
}

function closed(): SigV4ProxyError {
  return new SigV4ProxyError('upstream', 'The connections to this host are closed: try again.');
}
