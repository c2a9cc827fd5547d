import { isFaultOfText, type Span } from '../errors.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { KEYWORDS } from '../expression/keywords.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import type { Limits } from '../limits.js';
import type { Traits } from '../resource-types.js';
import { splitTemplate, trimEnd, trimStart } from './outer.js';
import { type ListSource, readTrait, type TemplateFacts } from './trait-source.js';

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

/** `namespace.name` and nothing else, which needs no parser. */
const PLAIN_VARIABLE = /^[ \t]*([A-Za-z_]\w*)\.([A-Za-z_]\w*)[ \t]*$/;

/**
 * Compiles a value that may hold one template. A text that does not parse compiles to a template whose expansion fails with
 * `parse`.
 *
 * @throws RbacError `missing-language` alone
 */
export function compileTemplateText(text: string, kit: Toolkit, pointer?: string): Template {
  if (text.length > kit.maxTextLength) {
    return brokenTemplate(text, `The text has more than ${kit.maxTextLength} characters`);
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
    const { source, facts } =
      readPlainVariable(form.expression, kit) ??
      need(kit, 'templates', pointer)(form.expression, { ...kit, place: pointer });
    const expand = (traits: Traits) => expandSource(source, traits, prefix, suffix);
    return { ...facts, text, isLiteral: false, needsApp: false, expand };
  } catch (error) {
    if (!isFaultOfText(error)) throw error;
    const { span } = error;
    return brokenTemplate(
      text,
      error.message.replace(/\.$/, ''),
      span && { start: span.start + form.offset, end: span.end + form.offset },
    );
  }
}

function readPlainVariable(expression: string, { maxDepth }: Limits) {
  const [, namespace = '', name = ''] = PLAIN_VARIABLE.exec(expression) ?? [];
  // With less depth than one dot takes, the parser is the one to refuse it.
  if (name === '' || KEYWORDS.has(namespace) || KEYWORDS.has(name) || !(maxDepth >= 1)) {
    return undefined;
  }
  const facts: TemplateFacts = { variables: [{ namespace, name }], patterns: [] };
  return { source: readTrait(namespace, name), facts };
}

function expandSource(
  source: ListSource,
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
