// `pnpm gateway …`: the running gateway, built when it is not.
import './ready.mjs';
import { endWithStarter } from './end-with-starter.mjs';

endWithStarter('gateway');
await import('../examples/gateway/dist/main.js');
