import { html } from './html.js';
import type { Page, Visit } from './layout.js';
import { chip, empty, field, select, table, time } from './parts.js';

const FILTERS = ['user', 'app', 'type', 'outcome'];
/** A first word alone is all that begins with it. */
const TYPES = [
  'login',
  'logout',
  'join',
  'app.session',
  'app.session.start',
  'app.session.end',
  'app.console',
  'aws',
  'aws.request',
  'aws.console',
  'aws.tunnel',
  'request',
  'request.create',
  'request.review',
  'request.use',
  'request.withdraw',
  'lock',
];
const OUTCOMES = ['allowed', 'joined', 'denied', 'refused', 'failed'];
/** Words to choose from, with the one that an address asks for whatever it is. */
const choices = (words: readonly string[], chosen = '') => {
  const same = [...words, chosen].map((word) => [word, word] as const);
  return Object.fromEntries([['', ''], ...same, ['', 'Any']]);
};
const PAGE = 50;

/** Who did what, newest first. One event more than fits tells whether there is a next page. */
export function auditPage({ service, login, url }: Visit): Page {
  const asked = (name: string) => url.searchParams.get(name)?.trim() || undefined;
  const names = [...FILTERS, 'after'];
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
    chip(/^(allowed|joined)$/.test(outcome) ? 'good' : 'bad', outcome),
    html`<details><summary>Event<span class="unseen"> ${type} of ${user}</span></summary><pre tabindex="0">${JSON.stringify(event, null, 2)}</pre></details>`,
  ]);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const body = html`<h1>Audit</h1><p class="lead">Every sign-in, decision and call, newest first.</p>
    <form class="filters" method="get" action="/audit" role="search" aria-label="Audit events">${field('user', 'User', { value: filter.user })}${field('app', 'App', { value: filter.app })}
      ${select('type', 'Type', choices(TYPES, filter.type), filter.type)}${select('outcome', 'Outcome', choices(OUTCOMES, filter.outcome), filter.outcome)}
      ${field('after', 'Since (UTC)', { type: 'datetime-local', step: '1', value: filter.after })}<div class="actions"><button class="main">Filter</button>${filtered && html`<a class="button quiet" href="/audit">Clear</a>`}</div></form>
    ${rows.length > 0 ? table('Audit events', ['Time', 'User', 'App', 'Type', 'Outcome', 'Details'], rows) : empty('No events', filtered ? html`Nothing matches these filters. <a href="/audit">Show everything</a>.` : 'Nothing has happened yet.')}
    ${(before || found.length > PAGE) && html`<nav class="pages" aria-label="Pages">${before && html`<a class="button quiet" href="/audit">Newest</a>`}${found.length > PAGE && html`<a class="button quiet" href="${`/audit?${older}`}">Older</a>`}</nav>`}`;
  return { title: 'Audit', body, current: '/audit' };
}

/** A browser's field gives a time without a zone; we say beside it that it is UTC. */
function toIso(text: string | undefined): string | undefined {
  const date = new Date(`${text}${/Z|[+-]\d\d:\d\d$/.test(text ?? '') ? '' : 'Z'}`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
