import type { MapCheck } from '../shape/map.js';

/** Two apps of one file must not have one name: the second would hide the first. */
export function checkUniqueApps<T>({ node, place, context }: MapCheck<T>, field: string): void {
  const apps = node.entries.find((entry) => entry.key === field)?.value;
  if (apps?.type !== 'list') return;
  const names = new Set<string>();
  for (const [index, app] of apps.items.entries()) {
    const name =
      app.type === 'map' ? app.entries.find((entry) => entry.key === 'name')?.value : undefined;
    if (name?.type !== 'scalar' || name.text === '') continue;
    if (names.has(name.text)) {
      context.report({
        code: 'duplicate-name',
        message: 'Another app of the file has this name.',
        at: name,
        place: { parent: { parent: { parent: place, key: field }, key: index }, key: 'name' },
      });
    }
    names.add(name.text);
  }
}
