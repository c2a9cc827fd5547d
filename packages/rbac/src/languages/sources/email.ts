// Mail addresses, and with them the reader of addresses. Loaded on demand.
export { emailLocalPart as email } from '../../expression/email-local.js';
