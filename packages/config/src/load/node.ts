/** A range of offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A scalar with the text its author wrote, whatever YAML would make of it. */
export interface ScalarNode extends Span {
  readonly type: 'scalar';
  readonly text: string;
  /** Whether it is written without quotes. */
  readonly plain: boolean;
  /** Nothing, `~` or `null` without quotes. */
  readonly isNull: boolean;
  readonly size: 1;
}

/** A list. */
export interface ListNode extends Span {
  readonly type: 'list';
  readonly items: readonly Node[];
  /** Number of nodes in it, itself included. */
  readonly size: number;
}

/** One key of a map with its value. */
export interface MapEntry extends Span {
  readonly key: string;
  readonly value: Node;
}

/** A map. Keys are unique. */
export interface MapNode extends Span {
  readonly type: 'map';
  readonly entries: readonly MapEntry[];
  /** `{{…}}` as written, when the map comes from a template without quotes. */
  readonly template: string | undefined;
  readonly size: number;
}

/** A value of a document with its range: start and end are those of the value (of the key, for an entry). */
export type Node = ScalarNode | ListNode | MapNode;

/** The entry of a key. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}
