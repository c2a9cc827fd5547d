// One general engine in a process of its own, asked over IPC. With all contenders in one process V8 of Node 20 aborted now and then,
// throwing optimised code away; an engine that dies must not take the others along.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { perCall } from './cpu-time.mjs';
import { makeData } from './data.mjs';
import { createCasbin, createCedar } from './peers.mjs';

const MAKERS = {
  casbin: createCasbin,
  cedar: (roles, user) => createCedar(roles, user, 'bench'),
};
const CHECKED = 100;
const BATCH = 2;
const MAX_DEATHS = 5;

/** A process with the engine; `next` is its next message, or an error that says how it died. */
function spawn(name, total, held) {
  const child = fork(fileURLToPath(import.meta.url), [name, String(total), String(held)]);
  let died;
  let wake = () => {};
  const inbox = [];
  child.on('message', (message) => {
    inbox.push(message);
    wake();
  });
  child.on('exit', (code, signal) => {
    died = signal ?? `exit code ${code}`;
    wake();
  });
  return {
    child,
    async next() {
      while (inbox.length === 0) {
        if (died !== undefined) throw new Error(died);
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      return inbox.shift();
    },
  };
}

/**
 * Starts the engine, and again when its process dies.
 *
 * @param {'casbin' | 'cedar'} name
 * @returns `answers`: what it says to the first questions; `measure`: microseconds of CPU a decision; `deaths`: how its processes died
 */
export async function startPeer(name, total, held) {
  const deaths = [];
  let peer = spawn(name, total, held);
  const answers = await peer.next();
  return {
    answers,
    deaths,
    async measure(slice) {
      for (;;) {
        try {
          if (peer.child.connected) peer.child.send({ slice }, () => {});
          return await peer.next();
        } catch (error) {
          deaths.push(error.message);
          if (deaths.length > MAX_DEATHS) throw new Error(`${name} keeps dying: ${error.message}`);
          peer = spawn(name, total, held);
          await peer.next();
        }
      }
    },
    close() {
      if (peer.child.connected) peer.child.disconnect();
    },
  };
}

async function serve([name, total, held]) {
  const data = makeData(Number(total), Number(held));
  const ask = await MAKERS[name](data.held, data.user);
  process.on('message', ({ slice }) => process.send(perCall(data.asks, ask, slice, BATCH)));
  process.send(data.asks.slice(0, CHECKED).map(ask));
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  await serve(process.argv.slice(2));
}
