/** IAM writes a list of one as a plain text. */
export type OneOrMany<T> = T | readonly T[];

/** `*`, or lists of principals by type (`AWS`, `Service`, `Federated`, …). */
export type PolicyPrincipal = string | Readonly<Record<string, OneOrMany<string>>>;

/** Values by condition key, by operator. */
export type PolicyCondition = Readonly<
  Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>
>;

/** One statement. The order of the members is the order in which they are written. */
export interface PolicyStatement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PolicyPrincipal | undefined;
  readonly NotPrincipal?: PolicyPrincipal | undefined;
  readonly Action?: OneOrMany<string> | undefined;
  readonly NotAction?: OneOrMany<string> | undefined;
  readonly Resource?: OneOrMany<string> | undefined;
  readonly NotResource?: OneOrMany<string> | undefined;
  readonly Condition?: PolicyCondition | undefined;
}

/**
 * An IAM policy document.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface PolicyDocument {
  /** `2012-10-17`; absent in very old documents. */
  readonly Version?: string | undefined;
  readonly Id?: string | undefined;
  readonly Statement: readonly PolicyStatement[];
}

/** Something that is allowed but deserves a second look. */
export interface PolicyWarning {
  /** `wildcard-resource`: every role. `wildcard-subject`: more than one subject. `any-account`: no account is named. */
  readonly code: 'wildcard-resource' | 'wildcard-subject' | 'any-account';
  /** One sentence with a narrower way. */
  readonly message: string;
}

/** What a builder makes. */
export interface BuiltPolicy {
  readonly document: PolicyDocument;
  /** Empty when there is nothing to say. */
  readonly warnings: readonly PolicyWarning[];
}
