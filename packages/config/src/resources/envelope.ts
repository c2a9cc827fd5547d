import { labelSet } from '../shape/labels.js';
import { map } from '../shape/map.js';
import { time } from '../shape/scalars.js';
import { orEmpty, required, type Shape, withDefault } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import type { Metadata } from '../types/common.js';

/** Rules of a name beyond those of every name. */
export type NameCheck = (name: string) => TextFault | undefined;

/** The head of a resource. */
export function metadataShape(check?: NameCheck) {
  return map<Metadata>()({
    name: required(text({ check: (name) => checkName(name) ?? check?.(name) })),
    description: text(),
    labels: orEmpty(labelSet()),
    expires: time(),
    namespace: text({
      check: (namespace) =>
        namespace === 'default'
          ? undefined
          : { code: 'invalid-value', message: 'The only namespace is default.', hint: 'default' },
    }),
    revision: text(),
    id: text(),
  });
}

/** The kind: checked before the rest is read, so here it is only one word. */
export function kindShape<const K extends string>(kind: K): Shape<K, K> {
  return required(oneOf([kind]));
}

/** The version with its default. Whether it is known has been checked before. */
export function versionShape<const V extends string>(
  versions: readonly V[],
  fallback: NoInfer<V>,
): Shape<V, V> {
  return withDefault(oneOf(versions, 'invalid-version'), fallback);
}

/** A name that DNS takes as one label. */
export function checkDnsLabel(name: string): TextFault | undefined {
  if (/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return undefined;
  const message =
    'The name of an app is part of a host name: lower-case letters, digits and hyphens, a letter first, at most 63.';
  return { code: 'invalid-value', message, hint: toDnsLabel(name) };
}

function checkName(name: string): TextFault | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are what is refused
  if (name.length <= 256 && !/[\u0000-\u001f\u007f-\u009f]/.test(name)) return undefined;
  const message = 'A name has 1 to 256 characters and no control characters.';
  return { code: 'invalid-value', message };
}

function toDnsLabel(name: string): string | undefined {
  const label = name
    .toLowerCase()
    .slice(0, 63)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '');
  return label === '' ? undefined : label;
}
