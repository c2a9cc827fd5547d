// Regular expressions, and with them the engine. Loaded on demand.
export { compileRegexp as regexp } from '../../expression/regexp.js';
