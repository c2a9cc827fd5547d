import { groups as signing } from './sigv4-proxy/signing.mjs';
import { groups as steps } from './sigv4-proxy/steps.mjs';

/** @type {Record<string, import('./run-cases.mjs').Runner>} */
export const groups = { ...signing, ...steps };
