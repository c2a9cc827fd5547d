import type { Duplex } from 'node:stream';
import { ONE_WRITE_BYTES } from '../limits.js';

/**
 * Makes a connection write a head and a short body, which an HTTP client puts between `cork` and `uncork`, as one string: gathering
 * two pieces in one system call costs several times what copying a few hundred bytes does. The bytes and their order stay.
 *
 * @param connection one that only the HTTP client writes to
 * @returns the same connection
 */
export function inOneWrite<T extends Duplex>(connection: T): T {
  const write = connection.write.bind(connection);
  const cork = connection.cork.bind(connection);
  const uncork = connection.uncork.bind(connection);
  let isCorked = false;
  let held = '';
  /** Gives up on one string: the rest is gathered as it would have been. */
  const release = (): void => {
    isCorked = false;
    cork();
    if (held !== '') write(held, 'latin1');
    held = '';
  };
  /** As the connection would say it: who is told to wait gets a `drain` when the whole is written. */
  const hasRoom = (): boolean =>
    connection.writableLength + held.length < connection.writableHighWaterMark;
  connection.cork = () => {
    if (isCorked) release();
    if (connection.writableCorked > 0) cork();
    else isCorked = true;
  };
  connection.uncork = () => {
    if (!isCorked) {
      uncork();
      return;
    }
    isCorked = false;
    const whole = held;
    held = '';
    if (whole !== '') write(whole, 'latin1');
  };
  // A head comes as text with its encoding, a body as bytes alone; what has a callback is not held.
  connection.write = (piece: unknown, encoding?: unknown, done?: unknown): boolean => {
    if (isCorked) {
      if (typeof piece === 'string') {
        if (encoding === 'latin1' && done === undefined) {
          held += piece;
          return hasRoom();
        }
      } else if (Buffer.isBuffer(piece) && encoding === undefined) {
        if (held.length + piece.length <= ONE_WRITE_BYTES) {
          held += piece.toString('latin1');
          return hasRoom();
        }
      }
      release();
    }
    return Reflect.apply(write, undefined, [piece, encoding, done]);
  };
  return connection;
}
