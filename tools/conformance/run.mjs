// pnpm -s conformance --cases <file.json> [--group name]
import { conformance } from './conformance.mjs';

process.exitCode = await conformance(process.argv.slice(2), {
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
