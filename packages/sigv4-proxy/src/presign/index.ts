export { type PresignRequestOptions, presignRequest } from '../sigv4/presign-request.js';
