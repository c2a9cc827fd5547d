// The extensions of roles. Loaded on demand.
export { extensions } from '../../role/extensions.js';
