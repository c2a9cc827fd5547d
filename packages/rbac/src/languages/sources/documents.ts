// Role documents. Loaded on demand.
export { compileDocument as documents } from '../../role/compile-document.js';
