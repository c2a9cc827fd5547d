import { resolveLimits } from '../limits.js';
import type { Role } from '../resource-types.js';
import { compileConditions } from './compile-conditions.js';
import { compileOptions } from './compile-options.js';
import {
  type CompiledRole,
  type CompileRoleOptions,
  parsed,
  type RoleWarning,
} from './compiled-role.js';
import { ShapeReader } from './read-shape.js';
import { refuseInStrictMode } from './strict.js';

const VERSIONS: ReadonlySet<string> = new Set(['v3', 'v4', 'v5', 'v6', 'v7', 'v8']);

/** Names of built-in roles; a role of a user must not look like one of them. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(
  (
    'Node App Kube Db Proxy Auth Bot Discovery WindowsDesktop MDM Okta Instance ' +
    'Admin Nop RemoteProxy'
  ).split(' '),
);

/**
 * Checks a role document and parses every template, expression, condition and pattern in it once.
 *
 * Texts that do not parse are warnings, not errors, so that one bad role cannot lock everybody out; they
 * grant nothing. With `strict` they are errors.
 *
 * @param role - the document, as `loadResources` of `@postern/config` gives it; its shape is checked here
 * @throws RbacError `invalid-role`, `unsupported-version`, `reserved-name`, each with the JSON pointer of the fault;
 *   with `strict` also `invalid-template`, `invalid-expression`, `invalid-pattern`
 *
 * @example
 * ```ts
 * const role = compileRole({
 *   version: 'v7',
 *   metadata: { name: 'reader' },
 *   spec: { allow: { app_labels: { env: 'dev' }, aws_role_arns: ['{{external.aws_role_arns}}'] } },
 * });
 * // role.warnings names texts that do not parse
 * ```
 */
export function compileRole(role: Role, options: CompileRoleOptions = {}): CompiledRole {
  const read = new ShapeReader('invalid-role');
  const limits = resolveLimits(options.limits);
  const extensions = Object.freeze({ ...options.extensions });
  const strict = options.strict === true;
  const document = read.object(role, '');
  const version = document.version;
  if (typeof version !== 'string' || !VERSIONS.has(version)) {
    throw read.fault('A role needs a version, v3 to v8', '/version', 'unsupported-version');
  }
  const name = read.text(read.object(document.metadata, '/metadata').name, '/metadata/name') ?? '';
  if (name === '') throw read.fault('A role needs a name', '/metadata/name');
  if (RESERVED_NAMES.has(name)) {
    throw read.fault(`${name} is the name of a built-in role`, '/metadata/name', 'reserved-name');
  }
  const spec = read.object(document.spec, '/spec');
  const warnings: RoleWarning[] = [];
  const common = {
    read,
    limits,
    extensions,
    warn: (warning: RoleWarning) => warnings.push(warning),
  };
  const allow = compileConditions({
    ...common,
    side: 'allow',
    part: read.object(spec.allow, '/spec/allow'),
    defaultLabels: version === 'v3' ? { '*': ['*'] } : undefined,
  });
  const deny = compileConditions({
    ...common,
    side: 'deny',
    part: read.object(spec.deny, '/spec/deny'),
    defaultLabels: undefined,
  });
  const compiled: CompiledRole = {
    name,
    version,
    warnings: Object.freeze(warnings),
    allowAppLabels: writtenLabels(allow.labels),
    ...compileOptions(read.object(spec.options, '/spec/options'), read),
    document: role,
    [parsed]: { allow, deny, strict, isImplicit: false, limits, extensions },
  };
  if (strict) refuseInStrictMode(compiled);
  return Object.freeze(compiled);
}

function writtenLabels(
  labels: readonly { key: { text: string }; values: readonly { text: string }[] }[],
): Readonly<Record<string, readonly string[]>> {
  const written: Record<string, readonly string[]> = Object.create(null);
  for (const { key, values } of labels) written[key.text] = values.map(({ text }) => text);
  return Object.freeze(written);
}
