import {
  type App,
  type CompileRoleOptions,
  compileRole,
  createRoleSet,
  type Role,
  type RoleConditions,
  type RoleOptions,
  type RoleSet,
  type RoleSetOptions,
  type User,
} from '../../src/index.js';

/** A moment that every test shares. */
export const NOW = new Date('2026-01-15T10:00:00.000Z');

export const ACCOUNT = '111122223333';

export const arn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;

interface RoleParts {
  readonly allow?: RoleConditions;
  readonly deny?: RoleConditions;
  readonly options?: RoleOptions;
  readonly version?: string;
}

export function role(name: string, { version = 'v7', ...spec }: RoleParts = {}): Role {
  return { kind: 'role', version, metadata: { name }, spec };
}

export function user(traits: Record<string, readonly string[]> = {}, name = 'dana'): User {
  return { metadata: { name }, spec: { traits } };
}

export function app(labels: Record<string, string> = {}, name = 'awsconsole'): App {
  return { metadata: { name, labels }, spec: { uri: 'https://console.aws.amazon.com/' } };
}

/** A role that grants ARNs on every app. */
export function granting(name: string, arns: readonly string[], options: RoleOptions = {}): Role {
  return role(name, { allow: { app_labels: { '*': '*' }, aws_role_arns: arns }, options });
}

export function roleSet(
  roles: readonly Role[],
  who: User = user(),
  options: CompileRoleOptions & RoleSetOptions = {},
): RoleSet {
  return createRoleSet(
    roles.map((one) => compileRole(one, options)),
    who,
    options,
  );
}
