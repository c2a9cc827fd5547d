import { AwsFault } from '../errors/aws-fault.js';
import type { QueryPairs } from '../http/query.js';
import type { TreeMap } from './tree.js';

/**
 * Reads the flat parameters of the query protocol: `Dimensions.member.1.Name=x` becomes `{ Dimensions: [{ Name: 'x' }] }`.
 *
 * @param pairs attacker-controlled; names of any depth up to twelve
 * @throws {AwsFault} MalformedInput when two parameters contradict each other
 */
export function unfoldQuery(pairs: QueryPairs): TreeMap {
  const root: MutableMap = Object.create(null);
  for (const [name, value] of pairs) {
    const steps = name.split('.');
    if (steps.length > 12) throw unreadable();
    let at = root;
    for (const step of steps.slice(0, -1)) {
      const next: string | MutableMap = at[step] ?? Object.create(null);
      if (typeof next === 'string') throw unreadable();
      at[step] = next;
      at = next;
    }
    const last = steps.at(-1) ?? '';
    if (at[last] !== undefined) throw unreadable();
    at[last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, fold(value)]));
}

interface MutableMap {
  [name: string]: string | MutableMap;
}

function fold(value: string | MutableMap): string | TreeMap | readonly (string | TreeMap)[] {
  if (typeof value === 'string') return value;
  const { member } = value;
  if (typeof member === 'object') {
    return Object.entries(member)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, item]) => (typeof item === 'string' ? item : foldMap(item)));
  }
  return foldMap(value);
}

function foldMap(value: MutableMap): TreeMap {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fold(item)]));
}

function unreadable(): AwsFault {
  return new AwsFault('MalformedInput', 400, 'The parameters contradict each other.');
}
