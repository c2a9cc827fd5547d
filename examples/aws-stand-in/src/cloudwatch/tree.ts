/** A call's input or output between the protocols: what JSON knows, and points in time. */
export type Tree = string | number | boolean | Date | undefined | readonly Tree[] | TreeMap;
export interface TreeMap {
  readonly [name: string]: Tree;
}

/** True for a map of members. */
export function isTreeMap(value: unknown): value is TreeMap {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}
