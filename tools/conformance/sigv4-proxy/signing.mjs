/** @type {Record<string, import('../run-cases.mjs').Runner>} */
export const groups = {};
