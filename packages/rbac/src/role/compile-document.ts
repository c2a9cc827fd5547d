import { type LanguageParts, need } from '../languages/toolkit.js';
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

const VERSIONS: ReadonlySet<string> = new Set(['v3', 'v4', 'v5', 'v6', 'v7', 'v8']);

/** Names of built-in roles; a role of a user must not look like one of them. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(
  (
    'Node App Kube Db Proxy Auth Bot Discovery WindowsDesktop MDM Okta Instance ' +
    'Admin Nop RemoteProxy'
  ).split(' '),
);

/** Checks and parses a role document with the languages given; `compileRole` says the rest. */
export function compileDocument(
  role: Role,
  options: CompileRoleOptions,
  languages: LanguageParts,
): CompiledRole {
  const read = new ShapeReader('invalid-role');
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
  const kit = { ...resolveLimits(options.limits), languages, role: name };
  const { arnPatterns, multipleVariables, literalTraits } = extensions;
  if (arnPatterns === true || multipleVariables === true || literalTraits === true) {
    need(kit, 'extensions');
  }
  const refuse = strict ? need(kit, 'strict') : undefined;
  const spec = read.object(document.spec, '/spec');
  const warnings: RoleWarning[] = [];
  const common = {
    read,
    kit,
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
    [parsed]: { allow, deny, strict, isImplicit: false, kit, extensions },
  };
  refuse?.(compiled);
  return Object.freeze(compiled);
}

function writtenLabels(
  labels: readonly { key: { text: string }; values: readonly { text: string }[] }[],
): Readonly<Record<string, readonly string[]>> {
  const written: Record<string, readonly string[]> = Object.create(null);
  for (const { key, values } of labels) written[key.text] = values.map(({ text }) => text);
  return Object.freeze(written);
}
