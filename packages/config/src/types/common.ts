/** One text, or a list of them. Documents may write a single text where a list is meant; `normalize` gives a list. */
export type StringList = string | readonly string[];

/** Names to one text each. No prototype: any text is an ordinary key. */
export type LabelSet = Readonly<Record<string, string>>;

/** Names to the accepted values. The key `*` goes only with the value `*`. No prototype. */
export type LabelMatcher = Readonly<Record<string, StringList>>;

/** What is known about a user beyond the name: names to values. No prototype. */
export type Traits = Readonly<Record<string, StringList>>;

/** A field that is kept as it was written: scalars by the core rules of YAML, lists and maps (without prototype). */
export type Kept =
  | string
  | number
  | boolean
  | null
  | readonly Kept[]
  | { readonly [key: string]: Kept };

/** A duration as it was written, such as `8h30m`; `parseDuration` reads it. */
export type DurationText = string;

/** An RFC 3339 time as it was written. */
export type TimeText = string;

/** The part of the head that every resource has. */
export interface Metadata {
  /** 1 to 256 characters without control characters. */
  readonly name: string;
  readonly description?: string | undefined;
  readonly labels?: LabelSet | undefined;
  /** When the resource ceases to be. */
  readonly expires?: TimeText | undefined;
  /** Only `default`. */
  readonly namespace?: string | undefined;
  /** Set by a server; kept. */
  readonly revision?: string | undefined;
  /** Set by a server; kept. */
  readonly id?: string | undefined;
}

/**
 * What every resource has: the raw document, fields named as in YAML, defaults not filled.
 *
 * @typeParam K - the kind
 * @typeParam V - the versions of the kind
 * @typeParam S - what stands under `spec`
 */
export interface ResourceOf<K extends string, V extends string, S> {
  readonly kind: K;
  /** The default version of the kind when absent. */
  readonly version?: V | undefined;
  readonly sub_kind?: string | undefined;
  readonly metadata: Metadata;
  readonly spec: S;
}
