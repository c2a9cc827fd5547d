import { html } from './html.js';
import type { Page, Visit } from './layout.js';
import { chip, empty, field, table, time } from './parts.js';

const FILTERS = ['User', 'App', 'Type', 'Outcome'];
const PAGE = 50;

/** Who did what, newest first. One event more than fits tells whether there is a next page. */
export function auditPage({ service, login, url }: Visit): Page {
  const asked = (name: string) => url.searchParams.get(name)?.trim() || undefined;
  const names = [...FILTERS.map((name) => name.toLowerCase()), 'after'];
  const filter = Object.fromEntries(names.map((name) => [name, asked(name)]));
  const before = Number(asked('before')) || undefined;
  const wanted = { ...filter, after: toIso(filter.after), before, limit: PAGE + 1 };
  const found = service.audit.find(login, wanted);
  const entries = found.slice(0, PAGE);
  const older = new URLSearchParams({ before: String(entries.at(-1)?.number) });
  for (const [name, value] of Object.entries(filter)) if (value) older.set(name, value);
  const rows = entries.map(({ time: at, user, app, type, outcome, event }) => [
    time(at),
    user || '–',
    app || '–',
    type,
    chip(/^(allow|success|ok|pass)/.test(outcome) ? 'good' : 'bad', outcome),
    html`<details><summary>Event<span class="unseen"> ${type} of ${user}</span></summary><pre tabindex="0">${JSON.stringify(event, null, 2)}</pre></details>`,
  ]);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const body = html`<h1>Audit</h1><p class="lead">Every sign-in, decision and call, newest first.</p>
    <form class="filters" method="get" action="/audit" role="search" aria-label="Audit events">${FILTERS.map((name) => field(name.toLowerCase(), name, { value: asked(name.toLowerCase()) }))}
      ${field('after', 'Since (UTC)', { type: 'datetime-local', value: filter.after })}<div class="actions"><button class="main">Filter</button>${filtered && html`<a class="button quiet" href="/audit">Clear</a>`}</div></form>
    ${rows.length > 0 ? table('Audit events', ['Time', 'User', 'App', 'Type', 'Outcome', 'Details'], rows) : empty('No events', filtered ? html`Nothing matches these filters. <a href="/audit">Show everything</a>.` : 'Nothing has happened yet.')}
    ${(before || found.length > PAGE) && html`<nav class="pages" aria-label="Pages">${before && html`<a class="button quiet" href="/audit">Newest</a>`}${found.length > PAGE && html`<a class="button quiet" href="${`/audit?${older}`}">Older</a>`}</nav>`}`;
  return { title: 'Audit', body, current: '/audit' };
}

/** A browser's field gives a time without a zone; we say beside it that it is UTC. */
function toIso(text: string | undefined): string | undefined {
  const date = new Date(`${text}${/Z|[+-]\d\d:\d\d$/.test(text ?? '') ? '' : 'Z'}`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
