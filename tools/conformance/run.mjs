// pnpm -s conformance --cases <file.json> [--group name]
import { conformance } from './conformance.mjs';

// pnpm runs this in the root of the workspace; the person may stand elsewhere.
const { npm_lifecycle_event: script, INIT_CWD: start } = process.env;

process.exitCode = await conformance(process.argv.slice(2), {
  cwd: (script === 'conformance' && start) || process.cwd(),
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
