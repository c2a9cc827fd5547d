import { RbacError } from '../errors.js';
import type { compileRegexp } from '../expression/regexp.js';
import type { compileExpressionText } from '../labels/label-expression.js';
import type { Limits } from '../limits.js';
import type { compileRequest, compileReview } from '../requests/compile-request-rules.js';
import type { compileDocument } from '../role/compile-document.js';
import type { compileRules } from '../role/compile-rules.js';
import type { Extensions } from '../role/extensions.js';
import type { refuseInStrictMode } from '../role/strict.js';
import type { compileTemplateLanguage } from '../template/template-expression.js';
import type { LanguageName } from './languages.js';

/** What each language can do. The types are those of the functions themselves, so there is one signature. */
export interface LanguageParts {
  readonly documents?: typeof compileDocument | undefined;
  readonly regexp?: typeof compileRegexp | undefined;
  readonly email?: ((text: string, limits: Limits) => string | undefined) | undefined;
  readonly templates?: typeof compileTemplateLanguage | undefined;
  readonly expressions?: typeof compileExpressionText | undefined;
  readonly rules?: typeof compileRules | undefined;
  readonly requests?:
    | {
        readonly compileRequest: typeof compileRequest;
        readonly compileReview: typeof compileReview;
      }
    | undefined;
  readonly strict?: typeof refuseInStrictMode | undefined;
  readonly extensions?: Extensions | undefined;
}

/** What texts of roles are compiled with: the limits, and the languages at hand. */
export interface Toolkit extends Limits {
  readonly languages: LanguageParts;
  /** Name of the role that is compiled, for messages. */
  readonly role?: string | undefined;
  /** JSON pointer of the text that is compiled, for messages. */
  readonly place?: string | undefined;
}

/**
 * A language that a text cannot do without.
 *
 * @throws RbacError `missing-language` with the place
 */
export function need<K extends LanguageName>(
  { languages, role, place }: Pick<Toolkit, 'languages' | 'role' | 'place'>,
  name: K,
  pointer = place,
): NonNullable<LanguageParts[K]> {
  const found = languages[name];
  if (found !== undefined) return found;
  const who = role === undefined ? 'A role' : `Role ${JSON.stringify(role)}`;
  const where = pointer === undefined ? '' : ` (at ${pointer})`;
  throw new RbacError(
    'missing-language',
    `${who} needs the language ${name}${where}; load it with loadLanguages and hand on what that resolves to.`,
    { pointer, language: name },
  );
}
