import { library } from '../../tools/tsup-config.js';

export default library({
  index: 'src/index.ts',
  'aws/index': 'src/aws/index.ts',
  'endpoints/index': 'src/endpoints/index.ts',
  'wildcard/compile': 'src/wildcard/compile.ts',
  'duration/duration': 'src/duration/duration.ts',
  'node/index': 'src/node/index.ts',
});
