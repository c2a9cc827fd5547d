import { library } from '../../tools/tsup-config.js';

export default library({
  index: 'src/index.ts',
  'client/index': 'src/client/index.ts',
  'server/index': 'src/server/index.ts',
});
