import { RbacError, type Span } from '../errors.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { parseExpression } from '../expression/parser.js';
import { type Limits, resolveLimits } from '../limits.js';
import type { Traits } from '../resource-types.js';
import { splitTemplate, trimEnd, trimStart } from './outer.js';
import { compileTemplateExpression, type TemplateFacts } from './template-expression.js';

/** Why a template gave no value. */
export type TemplateFailureReason =
  | 'parse'
  | 'eval'
  | 'missing-trait'
  | 'unsupported-internal'
  | 'empty';

/** A template without a value. */
export interface TemplateFailure {
  /** The stable reason. */
  readonly error: TemplateFailureReason;
  /** One sentence that says why; it names traits but never shows their values. */
  readonly message: string;
}

/** The result of {@link Template.expand}: at least one value, none of them empty, or the reason why not. */
export type TemplateExpansion = { readonly values: readonly string[] } | TemplateFailure;

/** What `{{app.…}}` can read: `name` and the static labels. */
export type AppVariables = ReadonlyMap<string, string>;

/** A compiled value of a role: a literal text or a text around one `{{…}}`. */
export interface Template extends TemplateFacts {
  /** The text as written. */
  readonly text: string;
  /** Whether the text has no `{{…}}` and so does not depend on the user. */
  readonly isLiteral: boolean;
  /** Why the text does not parse; absent when it does. */
  readonly problem?: { readonly message: string; readonly span?: Span | undefined } | undefined;
  /** Whether a variable reads the app, so that the values differ from app to app. */
  readonly needsApp: boolean;
  /**
   * Fills in the traits of a user (and the variables of an app, for {@link needsApp}). Values come in the order of the trait, duplicates are kept, empty ones dropped.
   * Never throws.
   */
  expand(traits: Traits, app?: AppVariables): TemplateExpansion;
}

const NO_FACTS: TemplateFacts = { variables: [], patterns: [] };

/**
 * Compiles a value that may hold one template: `{{external.team}}`, `{{internal.logins}}`,
 * `{{email.local(external.email)}}` or `{{regexp.replace(external.groups, "^aws-(.*)$", "$1")}}` with text around it.
 * A text that does not parse is no exception: it compiles to a template whose expansion fails with `parse`.
 *
 * @param text - the value as the role has it
 * @param options - limits for hostile texts
 *
 * @example
 * ```ts
 * const template = compileTemplate('arn:aws:iam::111122223333:role/{{email.local(external.email)}}');
 * const expansion = template.expand({ email: ['Dana <dana@example.com>'] });
 * // { values: ['arn:aws:iam::111122223333:role/dana'] }
 * ```
 */
export function compileTemplate(
  text: string,
  options: { readonly limits?: Partial<Limits> | undefined } = {},
): Template {
  const limits = resolveLimits(options.limits);
  if (text.length > limits.maxTextLength) {
    return brokenTemplate(text, `The text has more than ${limits.maxTextLength} characters`);
  }
  const form = splitTemplate(text);
  if (form === undefined) {
    return brokenTemplate(
      text,
      'A value holds one {{…}} at most, without braces inside or around it',
    );
  }
  if (form.kind === 'literal') {
    const expansion: TemplateExpansion =
      text === ''
        ? fail('empty', 'The text is empty')
        : Object.freeze({ values: Object.freeze([text]) });
    return { ...NO_FACTS, text, isLiteral: true, needsApp: false, expand: () => expansion };
  }
  const prefix = trimStart(form.prefix);
  const suffix = trimEnd(form.suffix);
  try {
    const parsed = parseExpression(form.expression, limits);
    const { source, facts } = compileTemplateExpression(parsed, limits);
    const expand = (traits: Traits) => expandSource(source, traits, prefix, suffix);
    return { ...facts, text, isLiteral: false, needsApp: false, expand };
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { span } = error;
    return brokenTemplate(
      text,
      error.message.replace(/\.$/, ''),
      span && { start: span.start + form.offset, end: span.end + form.offset },
    );
  }
}

type Source = ReturnType<typeof compileTemplateExpression>['source'];

function expandSource(
  source: Source,
  traits: Traits,
  prefix: string,
  suffix: string,
): TemplateExpansion {
  try {
    const found = source(traits);
    if ('reason' in found) {
      return found.reason === 'missing-trait'
        ? fail('missing-trait', `The user has no trait ${JSON.stringify(found.trait)}`)
        : fail('unsupported-internal', `internal.${found.trait} is not one of the internal traits`);
    }
    const values = found.filter((value) => value !== '').map((value) => prefix + value + suffix);
    return values.length > 0 ? { values } : fail('empty', 'No value is left');
  } catch (error) {
    if (error instanceof EvaluationFailure) return fail('eval', `It fails: ${error.message}`);
    throw error;
  }
}

/** A template that gives nothing but the reason why. */
export function brokenTemplate(text: string, message: string, span?: Span): Template {
  const expansion = fail('parse', message);
  const problem = { message: expansion.message, span };
  return { ...NO_FACTS, text, isLiteral: false, needsApp: false, problem, expand: () => expansion };
}

function fail(error: TemplateFailureReason, message: string): TemplateFailure {
  return Object.freeze({ error, message: message.endsWith('.') ? message : `${message}.` });
}
