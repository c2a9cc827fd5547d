import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { runCli } from './run-cli.js';
import { createTerminal } from './terminal/terminal.js';

// The one place where the program touches the process: arguments, environment, streams, signals.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stop.abort(name));
}

// A reader that has seen enough (`postern … | head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// `pnpm postern` runs in the root of the workspace; the person stands elsewhere.
const { npm_lifecycle_event: script, INIT_CWD: start } = process.env;
// The SDK's note about coming Node versions is not an answer to any command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

process.exitCode = await runCli({
  args: process.argv.slice(2),
  env: process.env,
  cwd: (script === 'postern' && start) || process.cwd(),
  home: homedir(),
  uid: process.getuid?.(),
  clock: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  fetch: globalThis.fetch,
  signal: stop.signal,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminal: createTerminal({
    stdin: process.stdin,
    stderr: process.stderr,
    platform: process.platform,
    signal: stop.signal,
  }),
});
