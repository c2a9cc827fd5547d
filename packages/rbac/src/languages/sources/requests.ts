// Access requests and their reviews. Loaded on demand.
import { compileRequest, compileReview } from '../../requests/compile-request-rules.js';

export const requests = { compileRequest, compileReview };
