// `pnpm postern …`: the command line of the examples, built when it is not.
import './ready.mjs';
import { endWithStarter } from './end-with-starter.mjs';

endWithStarter('postern');
await import('../examples/cli/dist/main.js');
