import { attributes, type Html, type HtmlValue, html } from './html.js';
import type { Visit } from './layout.js';

const PATHS = {
  gate: 'M3.5 17V9a6.5 6.5 0 0 1 13 0v8M7.5 17V9.5a2.5 2.5 0 0 1 5 0V17M1.5 17h17',
  apps: 'M3 3h5.5v5.5H3zM11.5 3H17v5.5h-5.5zM3 11.5h5.5V17H3zM11.5 11.5H17V17h-5.5z',
  requests: 'M4 3.5h12v8H9.5L6 15v-3.5H4zM7.5 7.5h5M10 5v5',
  sessions: 'M2 10h3.5l2-5 4.5 10 2.5-5H18',
  audit: 'M4 2.5h8.5L16 6v11.5H4zM7 8h6M7 11h6M7 14h4',
  cloud: 'M6 15.5a3.5 3.5 0 0 1-.4-7A4.8 4.8 0 0 1 15 9.2a3.2 3.2 0 0 1-.6 6.3z',
  terminal: 'M2.5 4h15v12h-15zM5.5 7.5 8 10l-2.5 2.5M10 12.5h4',
  launch: 'M8 4H4v12h12v-4M11.5 3.5h5v5M16.5 3.5 9 11',
  good: 'M4.5 10.5 8.5 14.5 15.5 6',
  bad: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  wait: 'M10 2.5a7.5 7.5 0 1 0 .01 0zM10 6v4l2.8 2',
  lock: 'M4.5 9h11v8h-11zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v2',
  next: 'M7.5 4.5 13 10l-5.5 5.5',
} as const;

/** A drawing beside words; it says nothing that they do not say. */
export const icon = (name: keyof typeof PATHS): Html =>
  html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><path d="${PATHS[name]}"/></svg>`;

/** A status in a word or two. */
export const chip = (tone: 'good' | 'bad' | 'wait' | 'lock', text: string): Html =>
  html`<span class="chip ${tone}">${icon(tone)}${text}</span>`;

const FORMAT = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' } as const;
const stamp = new Intl.DateTimeFormat('en-GB', FORMAT);

/** Nothing for what is no time. */
export const time = (at: Date | string): Html => {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return html``;
  return html`<time datetime="${date.toISOString()}">${stamp.format(date)} UTC</time>`;
};

/** "in 3 h 20 min", beside the time itself. */
export function until(at: Date | string, now: Date): Html {
  const minutes = Math.round((new Date(at).getTime() - now.getTime()) / 60_000);
  const hours = Math.floor(minutes / 60);
  const words = `in ${hours > 0 ? `${hours} h ` : ''}${minutes % 60} min`;
  return html`<span>${minutes < 0 ? 'ended' : minutes >= 0 && words} <small>${time(at)}</small></span>`;
}

/** What has just happened, has to be known, or gone wrong: the last takes the focus and leads to the field that is meant. */
export const notice = (tone: 'good' | 'wait' | 'bad', text: string, field?: string): Html =>
  html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}" tabindex="-1"${attributes({ autofocus: tone === 'bad' })}>
    ${icon(tone)}<p>${field ? html`<a href="#${field}">${text}</a>` : text}</p></div>`;

const DONE = new Map([
  ['asked', 'Your request is on its way to a reviewer. You see the answer here.'],
  ['reviewed', 'Your review is recorded.'],
  ['used', 'You hold these roles now, until the request ends.'],
  ['withdrawn', 'Your request is withdrawn.'],
  ['ended', 'The session has ended. Its keys are refused from now on.'],
  ['locked', 'Locked. What it hits has ended, and is refused until the lock is over.'],
  ['unlocked', 'The lock is removed.'],
]);

/** Words after a form that was sent; the address says which. */
export function done({ url }: Visit): Html | undefined {
  const said = DONE.get(url.searchParams.get('done') ?? '');
  return said === undefined ? undefined : notice('good', said);
}

/** The way back. */
export const crumbs = (...links: readonly (readonly [path: string, name: string])[]): Html =>
  html`<nav class="crumbs" aria-label="Way back">${links.map(([path, name], i) => html`${i > 0 && icon('next')}<a href="${path}">${name}</a>`)}</nav>`;

/** A labelled input, or a text area for `lines`; `error` marks it as the one that {@link notice} speaks about. */
export function field(
  name: string,
  label: string,
  o: {
    hint?: string;
    error?: boolean;
    lines?: string;
    [name: string]: string | boolean | undefined;
  } = {},
): Html {
  const { hint, error, lines, ...rest } = o;
  const aria = { 'aria-invalid': error && 'true', 'aria-describedby': hint && `${name}-hint` };
  return html`<div class="field"><label for="${name}">${label}</label>${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${lines === undefined ? html`<input id="${name}" name="${name}"${attributes({ ...rest, ...aria })}>` : html`<textarea id="${name}" name="${name}" rows="3"${attributes({ ...rest, ...aria })}>${lines}</textarea>`}</div>`;
}

/** A select of words by value. */
export const select = (
  name: string,
  label: string,
  options: Readonly<Record<string, string>>,
  chosen = '',
): Html =>
  html`<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}">${Object.entries(
    options,
  ).map(
    ([value, text]) =>
      html`<option value="${value}"${attributes({ selected: value === chosen })}>${text}</option>`,
  )}</select></div>`;

type Rows = readonly (readonly HtmlValue[])[];

/** A table that is a list of cards on a phone; roles are spelled out because some browsers drop them with `display`. */
export const table = (caption: string, columns: readonly string[], rows: Rows): Html =>
  html`<table role="table"><caption class="unseen">${caption}</caption><thead role="rowgroup"><tr role="row">${columns.map(
    (name) => html`<th role="columnheader" scope="col">${name}</th>`,
  )}</tr></thead><tbody role="rowgroup">${rows.map(
    (cells) =>
      html`<tr role="row">${cells.map(
        (cell, i) => html`<td role="cell" data-label="${columns[i]}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table>`;

/** What to say, and to do next, where there is nothing to show. */
export const empty = (title: string, text: HtmlValue): Html =>
  html`<div class="empty">${icon('gate')}<h2>${title}</h2><p>${text}</p></div>`;
