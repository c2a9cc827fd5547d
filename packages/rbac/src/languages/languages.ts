import type { LanguageParts } from './toolkit.js';

/** A language in which parts of roles are written. Closed and stable. */
export type LanguageName =
  /** Role documents themselves: exact values, lists, `*`, `{{namespace.name}}`. Always loaded. */
  | 'documents'
  /** Regular expressions: label values and role names `^…$`, `regexp.match`, `regexp.replace`. */
  | 'regexp'
  /** Mail addresses, for `email.local`. */
  | 'email'
  /** Templates with more than `{{namespace.name}}`: functions, strings, brackets. */
  | 'templates'
  /** `app_labels_expression`. */
  | 'expressions'
  /** `rules`, with their `where` conditions. */
  | 'rules'
  /** `request` and `review_requests`. */
  | 'requests'
  /** The checks of the option `strict`. */
  | 'strict'
  /** The options `extensions.arnPatterns`, `multipleVariables` and `literalTraits`. */
  | 'extensions';

/** Where the functions of the languages stand; an implementation detail that crosses module copies. */
export const partsOf: unique symbol = Symbol.for('@postern/rbac:Languages.parts');

/** Languages that are loaded: a frozen value to hand on. Nothing is kept in this module, so two values never meet. */
export interface Languages {
  /** Which ones, in alphabetical order. */
  readonly names: readonly LanguageName[];
  readonly [partsOf]: LanguageParts;
}
