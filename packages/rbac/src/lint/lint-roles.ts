import { RbacError, type Span } from '../errors.js';
import type { Role } from '../resource-types.js';
import { compileRole } from '../role/compile-role.js';
import {
  type CompiledConditions,
  type CompiledRole,
  type CompileRoleOptions,
  parsed,
} from '../role/compiled-role.js';
import { lintArns } from './lint-arns.js';
import { lintClaims } from './lint-claims.js';
import { lintLabels } from './lint-labels.js';
import { lintTemplates } from './lint-templates.js';

/** What can be wrong with a role that still compiles. Closed and stable. */
export type LintCode =
  | 'invalid-role'
  | 'template-syntax'
  | 'expression-syntax'
  | 'where-syntax'
  | 'matcher-syntax'
  | 'unknown-namespace'
  | 'unsupported-internal'
  | 'invalid-pattern'
  | 'half-anchored'
  | 'alternation-anchor'
  | 'arns-without-labels'
  | 'inert-wildcard'
  | 'inert-deny'
  | 'deny-all-keys'
  | 'deny-arn-everywhere'
  | 'inert-namespaces'
  | 'malformed-arn'
  | 'default-allows-all';

/** One thing an author of roles should look at. */
export interface LintFinding {
  /** Name of the role; empty when it has none. */
  readonly role: string;
  readonly code: LintCode;
  /** `error`: it cannot work as written. `warning`: it hardly does what was meant. */
  readonly severity: 'error' | 'warning';
  /** One sentence that says what happens. */
  readonly message: string;
  /** What to write instead, when there is a good guess. */
  readonly hint?: string | undefined;
  /** JSON pointer into the role document; the loader of `@postern/config` turns it into line and column. */
  readonly pointer: string;
  /** Where in the text, when known. */
  readonly span?: Span | undefined;
}

/** Options of {@link lintRoles}. */
export type LintOptions = Pick<CompileRoleOptions, 'limits' | 'extensions'>;

/** A finding before the role is known. */
export type Finding = Omit<LintFinding, 'role'>;

/**
 * Finds what the product accepts in silence although it cannot act as written: inert wildcards, ARNs without labels, denials
 * that never hit, half-anchored patterns, templates that do not parse, malformed ARNs. Never throws; a role that does not
 * compile is one finding.
 *
 * @param roles - role documents, checked or not
 * @param options - limits and extensions the roles are compiled with; what an extension makes work is no finding
 *
 * @example
 * ```ts
 * const [finding] = lintRoles([
 *   { version: 'v7', metadata: { name: 'r' }, spec: { allow: { app_labels: { env: '^prod' } } } },
 * ]);
 * // finding.code is 'half-anchored', finding.hint is '^prod$'
 * ```
 */
export function lintRoles(
  roles: readonly Role[],
  options: LintOptions = {},
): readonly LintFinding[] {
  return roles.flatMap((role) => {
    try {
      const compiled = compileRole(role, { ...options, strict: false });
      return lintRole(compiled).map((finding) => ({ role: compiled.name, ...finding }));
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      const { message, pointer = '', span } = error;
      return [
        { role: nameOf(role), code: 'invalid-role', severity: 'error', message, pointer, span },
      ];
    }
  });
}

function lintRole(role: CompiledRole): readonly Finding[] {
  const { allow, deny, kit, extensions } = role[parsed];
  const compiler = role.warnings.map((warning): Finding => ({ ...warning, severity: 'error' }));
  return [
    ...compiler,
    ...lintShape(role),
    ...lintTemplates('allow', allow),
    ...lintTemplates('deny', deny),
    ...lintLabels('allow', allow, kit, extensions),
    ...lintLabels('deny', deny, kit, extensions),
    ...lintArns('allow', allow, extensions),
    ...lintArns('deny', deny, extensions),
    ...lintClaims('allow', allow, kit),
    ...lintClaims('deny', deny, kit),
    ...lintNamespaces('allow', allow),
    ...lintNamespaces('deny', deny),
  ];
}

/** A part for other namespaces than the one there is. */
function lintNamespaces(
  side: 'allow' | 'deny',
  { applies }: CompiledConditions,
): readonly Finding[] {
  if (applies) return [];
  const message = `The one namespace is default, so this part never ${side === 'deny' ? 'denies' : 'allows'} anything.`;
  const pointer = `/spec/${side}/namespaces`;
  return [{ code: 'inert-namespaces', severity: 'warning', message, hint: 'default', pointer }];
}

/** What is missing as a whole. */
function lintShape(role: CompiledRole): readonly Finding[] {
  const { allow } = role[parsed];
  const hasLabels = allow.labels.length > 0 || allow.expressionText !== '';
  const written = role.document.spec?.allow?.app_labels;
  const findings: Finding[] = [];
  if (allow.arns.length > 0 && !hasLabels) {
    findings.push({
      code: 'arns-without-labels',
      severity: 'error',
      message: 'The role lists AWS roles but has no app_labels, so it grants none of them.',
      hint: "app_labels: {'*': '*'}",
      pointer: '/spec/allow/aws_role_arns',
    });
  }
  if (role.version === 'v3' && (written === undefined || written === null)) {
    findings.push({
      code: 'default-allows-all',
      severity: 'warning',
      message: 'A v3 role without app_labels reaches every app.',
      hint: 'Write app_labels, or use a newer version.',
      pointer: '/spec/allow',
    });
  }
  return findings;
}

function nameOf(role: unknown): string {
  if (typeof role !== 'object' || role === null) return '';
  const metadata: unknown = Reflect.get(role, 'metadata');
  if (typeof metadata !== 'object' || metadata === null) return '';
  const name: unknown = Reflect.get(metadata, 'name');
  return typeof name === 'string' ? name : '';
}
