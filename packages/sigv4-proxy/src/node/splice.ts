import type { Duplex } from 'node:stream';

/** How many bytes went each way. */
export interface SplicedBytes {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/**
 * Joins two connections byte for byte until both have ended; each end is passed on, a failure of one cuts the other.
 *
 * @param client whose bytes count as in
 * @param head bytes of the client that were read already
 * @param done called once
 */
export function splice(
  client: Duplex,
  remote: Duplex,
  head: Uint8Array,
  done: (bytes: SplicedBytes) => void,
): void {
  let bytesIn = head.length;
  let bytesOut = 0;
  let open = 2;
  const closed = (other: Duplex): void => {
    other.destroy();
    open -= 1;
    if (open === 0) done({ bytesIn, bytesOut });
  };
  client.on('error', () => client.destroy());
  remote.on('error', () => remote.destroy());
  client.once('close', () => closed(remote));
  remote.once('close', () => closed(client));
  client.on('data', (chunk: Uint8Array) => {
    bytesIn += chunk.length;
  });
  remote.on('data', (chunk: Uint8Array) => {
    bytesOut += chunk.length;
  });
  if (head.length > 0) remote.write(head);
  client.pipe(remote);
  remote.pipe(client);
}
