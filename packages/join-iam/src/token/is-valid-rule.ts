import type { AllowRule } from './types.js';

const TEXTS: ReadonlySet<PropertyKey> = new Set([
  'aws_account',
  'aws_arn',
  'aws_organization_id',
  'aws_user_id',
]);

/**
 * Whether a rule can match at all. Asked again at match time, because rules may come from elsewhere than
 * `parseToken`, or from a newer one: a condition that is not known here must refuse, not vanish.
 */
export function isValidRule(rule: AllowRule): boolean {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return false;
  const keys = Reflect.ownKeys(rule);
  return (
    keys.length > 0 && keys.every((key) => isValidCondition(key, Reflect.get(rule, key), rule))
  );
}

function isValidCondition(key: PropertyKey, value: unknown, rule: AllowRule): boolean {
  if (TEXTS.has(key)) return typeof value === 'string' && value !== '';
  if (key !== 'aws_organizational_units') return false;
  // Unit ids are only unique within an organization.
  if (!Object.hasOwn(rule, 'aws_organization_id')) return false;
  if (typeof value !== 'object' || value === null) return false;
  const others = Reflect.ownKeys(value).filter((name) => name !== 'include' && name !== 'exclude');
  const include: unknown = Reflect.get(value, 'include');
  const exclude: unknown = Object.hasOwn(value, 'exclude') ? Reflect.get(value, 'exclude') : [];
  return (
    others.length === 0 &&
    isTextList(include) &&
    include.length > 0 &&
    (include.length === 1 || !include.includes('*')) &&
    isTextList(exclude) &&
    !exclude.includes('*')
  );
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}
