import type { Story } from './story.js';
import type { World } from './world.js';

/** Shows the trail, and looks for what must not be in it. */
export function readTheTrail(story: Story, world: World, secrets: readonly string[]): void {
  const lines = world.audit.map((event) => JSON.stringify(event));
  for (const line of lines) story.note(line);
  const has = (text: string) => lines.some((line) => line.includes(text));
  story.check('what was allowed is in it', has('"outcome":"allowed"'));
  story.check('what was denied is in it', has('"outcome":"denied"') && has('"user":"bob"'));
  story.check('the joins are in it', has('no-rule-matched'));
  const leaked = secrets.filter((secret) => lines.some((line) => line.includes(secret)));
  story.check(
    `none of ${secrets.length} secrets is in it`,
    leaked.length === 0 && secrets.length > 3,
  );
}
