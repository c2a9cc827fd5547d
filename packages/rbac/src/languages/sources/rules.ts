// Rules and their conditions. Loaded on demand.
export { compileRules as rules } from '../../role/compile-rules.js';
