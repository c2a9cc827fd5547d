export type { SigV4a } from '../sigv4/algorithm.js';
export { sigv4a } from '../sigv4/sigv4a.js';
