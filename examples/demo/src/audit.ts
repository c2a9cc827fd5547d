import type { AuditRecord } from '@postern/gateway';
import type { AuditEvent } from '@postern/sigv4-proxy';
import type { Story } from './story.js';
import type { World } from './world.js';

/** Shows the trail, one line an event and a few in full, and looks for what must not be in it. */
export function readTheTrail(story: Story, world: World, secrets: readonly string[]): void {
  const requests = world.audit.filter(isRequest);
  const launches = world.audit.filter((event) => 'type' in event && event.type === 'aws.console');
  const joins = world.audit.filter((event) => !isRequest(event) && !launches.includes(event));
  for (const event of requests) story.note(summary(event));
  story.note(
    'In full, as a log collector gets them: one that was allowed, one denied, and the rest.',
  );
  for (const outcome of ['allowed', 'denied']) {
    story.note(JSON.stringify(requests.find((event) => event.outcome === outcome)));
  }
  for (const event of [...launches, ...joins]) story.note(JSON.stringify(event));

  const lines = world.audit.map((event) => JSON.stringify(event));
  const count = (outcome: string) => requests.filter((event) => event.outcome === outcome).length;
  story.check(`${count('allowed')} requests that were allowed are in it`, count('allowed') > 10);
  story.check(
    `${count('denied')} requests of bob that were denied are in it`,
    count('denied') === 2,
  );
  story.check(`${launches.length} console launches are in it`, launches.length === 3);
  story.check(`${joins.length} joins are in it`, joins.length === 2);
  const leaked = secrets.filter((secret) => lines.some((line) => line.includes(secret)));
  story.check(
    `none of ${secrets.length} secrets, tokens and signatures is in it`,
    leaked.length === 0,
  );
}

function isRequest(event: AuditRecord): event is AuditEvent {
  return 'type' in event && 'http' in event;
}

function summary({ time, outcome, user, mode, aws, http, reason }: AuditEvent): string {
  const what = `${aws?.service}:${aws?.operation ?? http?.method}`;
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${time.slice(11, 19)} ${outcome} ${user} ${what} on ${aws?.host} by ${mode}${why}`;
}
