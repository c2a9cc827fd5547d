import type { Traits } from '../resource-types.js';

/** Why a template gives no value, apart from not parsing. */
export interface MissingValue {
  readonly reason: 'missing-trait' | 'unsupported-internal';
  /** Name of the trait. */
  readonly trait: string;
}

/** The values of a template expression, or what is missing. May throw an EvaluationFailure. */
export type ListSource = (traits: Traits) => readonly string[] | MissingValue;

/** What a template refers to; lint and strict mode look at it. */
export interface TemplateFacts {
  /** Variables in the order written. */
  readonly variables: readonly { readonly namespace: string; readonly name: string }[];
  /** Patterns of `regexp.replace`. */
  readonly patterns: readonly string[];
}

/** The names that `{{internal.…}}` may read. */
export const INTERNAL_TRAITS: ReadonlySet<string> = new Set(
  (
    'logins windows_logins kubernetes_groups kubernetes_users db_names db_users db_roles aws_role_arns ' +
    'azure_identities gcp_service_accounts jwt github_orgs'
  ).split(' '),
);

/** The values of `namespace.name`; any namespace but `internal` reads every trait. */
export function readTrait(namespace: string, name: string): ListSource {
  const isClosed = namespace === 'internal' && !INTERNAL_TRAITS.has(name);
  const missing: MissingValue = {
    reason: isClosed ? 'unsupported-internal' : 'missing-trait',
    trait: name,
  };
  if (isClosed) return () => missing;
  return (traits) => (Object.hasOwn(traits, name) ? (traits[name] ?? missing) : missing);
}
