import { library } from '../../tools/tsup-config.js';

export default library({
  index: 'src/index.ts',
  'sigv4/index': 'src/sigv4/index.ts',
  'presign/index': 'src/presign/index.ts',
  'sigv4a/index': 'src/sigv4a/index.ts',
  'verify/index': 'src/verify/index.ts',
  'node/index': 'src/node/index.ts',
  'web/index': 'src/web/index.ts',
  'local-ca/index': 'src/local-ca/index.ts',
  'environment/index': 'src/environment/index.ts',
  'session-store/index': 'src/session-store/index.ts',
});
