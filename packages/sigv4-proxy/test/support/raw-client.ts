import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A connection on which a test writes bytes and waits for what comes back. */
export class RawClient {
  readonly socket: Duplex;
  #text = '';
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: Duplex) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  static async open(port: number): Promise<RawClient> {
    const socket: Socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** All that has come. */
  get text(): string {
    return this.#text;
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until the text has come, or fails when the connection ends before. */
  async until(text: string): Promise<string> {
    while (!this.#text.includes(text)) {
      if (this.#ended) throw new Error(`The connection ended without ${text}: ${this.#text}`);
      await this.#next();
    }
    return this.#text;
  }

  /** Waits for the end of the connection. */
  async untilEnd(): Promise<string> {
    while (!this.#ended) await this.#next();
    return this.#text;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** The head of a request, as text. */
export function head(
  method: string,
  target: string,
  headers: readonly (readonly [string, string])[],
): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n`;
}
