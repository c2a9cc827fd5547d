// Lets a test do with the recipe of the README what its reader would do, by messages.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { SessionStore } from '../../../src/session-store/index.js';
import { stsCalls } from './yours.js';

interface Recipe {
  readonly store: SessionStore;
  readonly workers: ReadonlySet<Worker>;
  restart(old: Worker): Promise<Worker>;
  revoke(accessKeyId: string): Promise<void>;
}

/** Goes at the end of the recipe, in all of its processes. */
export function control(recipe: Recipe): void {
  if (cluster.isWorker) controlWorker();
  else controlPrimary(recipe);
}

function controlWorker(): void {
  process.on('message', (message) => {
    if (message === 'stop') process.send?.({ type: 'draining' });
    if (message === 'tell') {
      process.send?.({ type: 'told', pid: process.pid, stsCalls: stsCalls() });
    }
  });
}

async function tell(worker: Worker): Promise<object> {
  worker.send('tell');
  for (;;) {
    const [message] = await once(worker, 'message');
    if (message.type === 'told') return message;
  }
}

function controlPrimary({ store, workers, restart, revoke }: Recipe): void {
  const exits: (number | null)[] = [];
  cluster.on('exit', (_worker, code) => exits.push(code));
  cluster.on('message', (_worker, message: { type?: string }) => {
    if (message.type === 'draining') process.send?.(message);
  });
  process.on('message', async (message: { type: string; change: never; id: string }) => {
    if (message.type === 'change') await store.write(message.change);
    if (message.type === 'revoke') await revoke(message.id);
    if (message.type === 'restart') for (const old of [...workers]) await restart(old);
    const told = message.type === 'restart' ? [] : await Promise.all([...workers].map(tell));
    process.send?.({ type: `${message.type}-done`, told, exits });
  });
  process.send?.({ type: 'ready', pids: [...workers].map((worker) => worker.process.pid) });
}
