import { library } from '../../tools/tsup-config.js';

export default library({
  index: 'src/index.ts',
});
