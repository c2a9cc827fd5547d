import { emailLocalPart } from '../expression/email-local.js';
import { compileRegexp } from '../expression/regexp.js';
import { compileExpressionText } from '../labels/label-expression.js';
import { type Limits, resolveLimits } from '../limits.js';
import { compileRequest, compileReview } from '../requests/compile-request-rules.js';
import { compileRules } from '../role/compile-rules.js';
import { extensions } from '../role/extensions.js';
import { refuseInStrictMode } from '../role/strict.js';
import { compileTemplateLanguage } from '../template/template-expression.js';
import type { LanguageParts, Toolkit } from './toolkit.js';

/** Every language, for the functions that are there at once. */
export const allLanguages: LanguageParts = {
  regexp: compileRegexp,
  email: emailLocalPart,
  templates: compileTemplateLanguage,
  expressions: compileExpressionText,
  rules: compileRules,
  requests: { compileRequest, compileReview },
  strict: refuseInStrictMode,
  extensions,
};

/** Everything a text can need, with the limits of the caller. */
export function fullToolkit(limits?: Partial<Limits>): Toolkit {
  return { ...resolveLimits(limits), languages: allLanguages };
}
