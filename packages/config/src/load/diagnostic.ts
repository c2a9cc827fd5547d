/** A place in a text. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count. */
  readonly column: number;
  /** From 0, in UTF-16 units. */
  readonly offset: number;
}

/** What a diagnostic is about. Stable: codes are only added, never renamed. */
export type DiagnosticCode =
  | 'account-id-format'
  | 'alias-field'
  | 'app-without-role'
  | 'console-lookalike'
  | 'deprecated-field'
  | 'duplicate-key'
  | 'duplicate-name'
  | 'field-not-allowed'
  | 'invalid-bool'
  | 'invalid-duration'
  | 'invalid-kind'
  | 'invalid-value'
  | 'invalid-version'
  | 'malformed-arn'
  | 'missing-field'
  | 'multiple-documents'
  | 'no-documents'
  | 'role-without-app'
  | 'schema'
  | 'service-off'
  | 'too-large'
  | 'too-many-aliases'
  | 'ttl-ignored'
  | 'type-mismatch'
  | 'unknown-field'
  | 'unknown-integration'
  | 'unknown-region'
  | 'unknown-role'
  | 'unknown-template'
  | 'unquoted-template'
  | 'unsupported-tag'
  | 'wildcard-not-allowed'
  | 'yaml-syntax';

/** How much a diagnostic matters. Only `error` makes loading fail. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * One fault of a document, with its place. Messages never hold values of the document, so that no secret
 * can show in them.
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  /** One sentence: what is wrong and what would be right. */
  readonly message: string;
  /** What to write instead, where there is a good guess: a name, a path, a corrected ARN. */
  readonly hint?: string | undefined;
  /** The name of the source, when it has one. */
  readonly filename?: string | undefined;
  /** Which document of the source, from 0; documents without content count. */
  readonly document: number;
  /** For people: `spec.allow.rules[0]`, `metadata.labels["a b"]`; empty for the whole document. */
  readonly path: string;
  /** The same as a JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly start: Position;
  readonly end: Position;
}

const WARNINGS: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'account-id-format',
  'alias-field',
  'console-lookalike',
  'deprecated-field',
  'malformed-arn',
  'no-documents',
  'service-off',
  'ttl-ignored',
  'unknown-region',
  'unknown-role',
  'unknown-template',
  'unquoted-template',
]);

const INFOS: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'app-without-role',
  'role-without-app',
]);

/** The severity of a code; `strict` turns warnings into errors. */
export function severityOf(code: DiagnosticCode, strict: boolean): Severity {
  if (INFOS.has(code)) return 'info';
  return WARNINGS.has(code) && !strict ? 'warning' : 'error';
}
