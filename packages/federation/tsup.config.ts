import { library } from '../../tools/tsup-config.js';

export default library({
  index: 'src/index.ts',
  'oidc/index': 'src/oidc/index.ts',
  'policy/index': 'src/policy/index.ts',
});
