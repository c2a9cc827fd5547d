import { EventEmitter } from 'node:events';
import type { SessionPort } from '../../src/session-store/session-messages.js';

/** Two ends of a channel that carries JSON, each message in a turn of its own, as between a primary and its worker. */
export function messagePorts(): {
  primary: SessionPort & EventEmitter;
  worker: SessionPort & EventEmitter;
  cut(): void;
} {
  let isOpen = true;
  const end = (): SessionPort & EventEmitter & { other?: EventEmitter } => {
    const port: EventEmitter & { other?: EventEmitter } = new EventEmitter();
    return Object.assign(port, {
      send(
        message: object,
        _handle?: undefined,
        _options?: undefined,
        callback?: (error: Error | null) => void,
      ): boolean {
        const text = JSON.stringify(message);
        setImmediate(() => {
          if (isOpen) port.other?.emit('message', JSON.parse(text));
          callback?.(isOpen ? null : new Error('The channel is closed.'));
        });
        return true;
      },
    });
  };
  const primary = end();
  const worker = end();
  primary.other = worker;
  worker.other = primary;
  return {
    primary,
    worker,
    cut() {
      isOpen = false;
    },
  };
}
