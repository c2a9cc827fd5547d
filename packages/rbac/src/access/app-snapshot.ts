import type { App, Labels } from '../resource-types.js';

/** Keys and values of a record in its own order. */
interface RecordSnapshot {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

/** The parts of an app that decisions look at, as they were. */
export interface AppSnapshot {
  readonly name: string;
  readonly uri: string | undefined;
  readonly cloud: string | undefined;
  readonly labels: RecordSnapshot;
  readonly dynamicLabels: RecordSnapshot;
}

/** Notes what an app looks like; undefined when it is frozen all through. */
export function takeSnapshot(app: App): AppSnapshot | undefined {
  const { metadata, spec, dynamicLabels } = app;
  const parts = [app, metadata, spec, metadata.labels, dynamicLabels];
  if (parts.every(Object.isFrozen)) return undefined;
  return {
    name: metadata.name,
    uri: spec.uri,
    cloud: spec.cloud,
    labels: noteRecord(metadata.labels),
    dynamicLabels: noteRecord(dynamicLabels),
  };
}

/** Whether an app still looks the same. It may be changed in place, and a decision must never speak for labels of the past. */
export function isUnchanged(snapshot: AppSnapshot, app: App): boolean {
  const { metadata, spec } = app;
  return (
    metadata.name === snapshot.name &&
    spec.uri === snapshot.uri &&
    spec.cloud === snapshot.cloud &&
    isSameRecord(snapshot.labels, metadata.labels) &&
    isSameRecord(snapshot.dynamicLabels, app.dynamicLabels)
  );
}

function noteRecord(record: Labels | undefined): RecordSnapshot {
  const keys: string[] = [];
  // The same kind of loop as below, so that both see the same keys in the same order.
  for (const key in record) keys.push(key);
  return { keys, values: keys.map((key) => record?.[key]) };
}

function isSameRecord({ keys, values }: RecordSnapshot, record: Labels | undefined): boolean {
  let at = 0;
  for (const key in record) {
    if (key !== keys[at] || record[key] !== values[at]) return false;
    at += 1;
  }
  return at === keys.length;
}
