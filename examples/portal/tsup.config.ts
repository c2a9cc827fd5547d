import { program } from '../../tools/tsup-config.js';

export default program({ index: 'src/index.ts' });
