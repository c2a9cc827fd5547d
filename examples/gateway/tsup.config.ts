import { program } from '../../tools/tsup-config.js';

export default program({
  index: 'src/index.ts',
  main: 'src/main.ts',
  // On its own, as commands that need no gateway find credentials too.
  'base-credentials': 'src/base-credentials.ts',
});
