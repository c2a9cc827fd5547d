/** CPU time of this process in microseconds: other load on the machine does not count, garbage collection does. */
export function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

export function milliseconds(task) {
  const start = cpu();
  task();
  return (cpu() - start) / 1000;
}

/** Microseconds for each call, the calls in the order of the questions. */
export function perCall(asks, ask, milliseconds, batch) {
  let calls = 0;
  let at = 0;
  const start = cpu();
  let end = start;
  do {
    for (let i = 0; i < batch; i += 1) {
      ask(asks[at]);
      at = at + 1 === asks.length ? 0 : at + 1;
    }
    calls += batch;
    end = cpu();
  } while (end - start < milliseconds * 1000);
  return (end - start) / calls;
}
