import { DEFAULT_LIMITS } from '../limits.js';
import { type CompiledRole, parsed } from './compiled-role.js';
import { NOTHING } from './no-conditions.js';

const NAME = 'default-implicit-role';

/**
 * The built-in role that everybody holds: it shows the common objects, grants no app and limits no session. Its rules stand
 * with the decision about rules.
 */
export const IMPLICIT_ROLE: CompiledRole = /* @__PURE__ */ Object.freeze({
  name: NAME,
  version: 'v8',
  warnings: [],
  allowAppLabels: {},
  maxSessionTtlMs: Number.POSITIVE_INFINITY,
  requireSessionMfa: false,
  requireTrustedDevice: false,
  lockMode: undefined,
  requestAccess: 'optional',
  document: { version: 'v8', metadata: { name: NAME } },
  [parsed]: {
    allow: NOTHING,
    deny: NOTHING,
    strict: false,
    isImplicit: true,
    kit: { ...DEFAULT_LIMITS, languages: {} },
    extensions: {},
  },
});
