import { program } from '../../tools/tsup-config.js';

export default program({ main: 'src/main.ts' });
