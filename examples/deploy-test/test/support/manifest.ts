/** A document of Kubernetes, of whatever kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
  readonly data?: Readonly<Record<string, string>> | undefined;
  // The types of Kubernetes have been checked before tests look into it.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly spec?: any;
}
