import type { Span } from '../errors.js';
import type { LabelExpression } from '../labels/label-expression.js';
import type { CompiledSelector } from '../labels/selector.js';
import type { Toolkit } from '../languages/toolkit.js';
import type { Limits } from '../limits.js';
import type { CompiledRequest, CompiledReview } from '../requests/compile-request-rules.js';
import type { Role } from '../resource-types.js';
import type { LabelTemplate } from '../template/expand-labels.js';
import type { Template } from '../template/template.js';
import type { CompiledRule } from './compile-rules.js';

/** What a role says that does not stop it from being used. */
export interface RoleWarning {
  /** What kind of text does not parse. */
  readonly code: 'expression-syntax' | 'matcher-syntax' | 'template-syntax' | 'where-syntax';
  /** One sentence. */
  readonly message: string;
  /** JSON pointer into the role document; the loader of `@postern/config` turns it into line and column. */
  readonly pointer: string;
  /** Where in the text, when known. */
  readonly span?: Span | undefined;
}

/** Switches for behaviour the product does not have. All off by default. */
export interface RoleExtensions {
  /** `*` and `?` in `aws_role_arns` match within one part of an ARN (they never cross `:` or `/`). Default false. */
  readonly arnPatterns?: boolean | undefined;
  /** Several `{{…}}` in one value, all combinations count; `{{app.name}}` and `{{app.<label>}}` in ARNs. Default false. */
  readonly multipleVariables?: boolean | undefined;
  /** Label values with a template stand for themselves: a trait `*` or `^.*$` is no pattern any more. Default false. */
  readonly literalTraits?: boolean | undefined;
  /** `deny.app_labels` with several keys hits when any key matches, not only when all do. Default false. */
  readonly denyAnyLabel?: boolean | undefined;
}

/** Options of `compileRole`. */
export interface CompileRoleOptions {
  /**
   * Fail closed where the product is lenient: refuse what would only be a warning, unknown template namespaces and
   * patterns that do not compile; deny everything when a value of the deny part is lost; an error in any allow part denies
   * whatever the order of roles. Default false.
   */
  readonly strict?: boolean | undefined;
  /** Limits for hostile texts. Default: {@link Limits}. */
  readonly limits?: Partial<Limits> | undefined;
  /** Behaviour beyond the product. Default: none of it. */
  readonly extensions?: RoleExtensions | undefined;
}

/** A text list of a role, compiled, with the place of each entry. */
export interface TemplateEntry {
  readonly template: Template;
  readonly pointer: string;
}

/** The `allow` or `deny` part of a role, parsed. */
export interface CompiledConditions {
  /** Whether the part is for the one namespace there is; otherwise only its requests and reviews act. */
  readonly applies: boolean;
  readonly labels: readonly LabelTemplate[];
  /** Pointers of the values, in the order of {@link labels} and their values. */
  readonly labelPointers: ReadonlyMap<Template, string>;
  /** The selector itself, when no key and no value depends on the user. */
  readonly selector: CompiledSelector | undefined;
  /** Empty when not set. */
  readonly expressionText: string;
  /** Absent when not set or when it does not parse. */
  readonly expression: LabelExpression | undefined;
  readonly arns: readonly TemplateEntry[];
  readonly rules: readonly CompiledRule[];
  readonly request: CompiledRequest;
  readonly review: CompiledReview;
}

/** Where the parsed parts of a role stand; an implementation detail that crosses module copies. */
export const parsed: unique symbol = Symbol.for('@postern/rbac:CompiledRole.parsed');

/** The parsed parts of a role. */
export interface ParsedRole {
  readonly allow: CompiledConditions;
  readonly deny: CompiledConditions;
  readonly strict: boolean;
  /** Whether it is the built-in role; a role of a user may have the same name. */
  readonly isImplicit: boolean;
  readonly kit: Toolkit;
  readonly extensions: RoleExtensions;
}

/** A role that was checked and parsed once. Frozen; may be shared by any number of users. */
export interface CompiledRole {
  readonly name: string;
  /** `v3` to `v8`. */
  readonly version: string;
  /** Texts that do not parse and will grant nothing. */
  readonly warnings: readonly RoleWarning[];
  /** `allow.app_labels` after the default of the version, templates as written. */
  readonly allowAppLabels: Readonly<Record<string, readonly string[]>>;
  /** The longest session the role permits, in milliseconds. */
  readonly maxSessionTtlMs: number;
  /** Whether sessions need MFA. */
  readonly requireSessionMfa: boolean;
  /** Whether sessions need a trusted device. */
  readonly requireTrustedDevice: boolean;
  /** The `lock` option. */
  readonly lockMode: 'strict' | 'best_effort' | undefined;
  /** The `request_access` option. */
  readonly requestAccess: string;
  /** The document it was compiled from. */
  readonly document: Role;
  readonly [parsed]: ParsedRole;
}
