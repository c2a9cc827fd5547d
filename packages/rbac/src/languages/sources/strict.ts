// The checks of strict mode. Loaded on demand.
export { refuseInStrictMode as strict } from '../../role/strict.js';
