import type { App, LabelSelector, Labels } from '../resource-types.js';

/** A map of labels; a Map has no prototype that a label called `constructor` could meet. */
export function labelMap(...sources: readonly (Labels | undefined)[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const source of sources) {
    if (source === undefined || source === null) continue;
    for (const key of Object.keys(source)) {
      const value = source[key];
      if (typeof value === 'string') map.set(key, value);
    }
  }
  return map;
}

/** The labels of an app for matching: a dynamic label hides the static one of the same name. */
export function appLabels(app: App): ReadonlyMap<string, string> {
  return labelMap(app.metadata.labels, app.dynamicLabels);
}

/** A selector with every value as a list. */
export function selectorMap(selector: LabelSelector): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(selector)) {
    map.set(key, typeof value === 'string' ? [value] : value);
  }
  return map;
}
