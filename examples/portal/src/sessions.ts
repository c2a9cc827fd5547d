import { html } from './html.js';
import type { Page, Redirect, Visit } from './layout.js';
import { crumbs, done, empty, field, icon, select, table, time, until } from './parts.js';

/** App sessions that can be used now: one's own, or everybody's, and the locks, for those who may lock. */
export function sessionsPage(visit: Visit): Page {
  const { service, login, csrf, now } = visit;
  const mayLock = service.may(login, 'lock', 'create');
  const sessions = service.sessions(login, { all: mayLock }).map((session) => {
    const { id, user, app, roleArn, client, startedAt, expiresAt } = session;
    const of = html`<span class="unseen"> ${user} in ${app}</span>`;
    return [
      user,
      html`<a href="/apps/${app}">${app}</a>`,
      html`<span class="arn">${roleArn}</span>`,
      html`${time(startedAt)}<small>${client}</small><small>key <code>…${id.slice(-6)}</code></small>`,
      until(expiresAt, now),
      html`<div class="actions">
        ${user === login.user && html`<form method="post" action="/sessions/${id}/end">${csrf}<button class="quiet small">End${of}</button></form>`}
        ${mayLock && html`<a class="button danger small" href="/sessions/${id}/lock">${icon('lock')}Lock${of}</a>`}</div>`,
    ];
  });
  const locks = (mayLock ? service.locks.list(login) : []).map((lock) => {
    const { id, target, message, by, expiresAt } = lock;
    const hit = Object.entries(target).flatMap(([what, value]) =>
      value ? [`${what} ${value}`] : [],
    );
    return [
      hit.join(', '),
      message,
      by,
      expiresAt ? until(expiresAt, now) : 'when removed',
      html`<form method="post" action="/locks/${id}/remove">${csrf}<button class="quiet small">Remove<span class="unseen"> lock of ${hit.join(', ')}</span></button></form>`,
    ];
  });
  const none = html`They begin with <code>postern apps login</code>, or on the terminal page of <a href="/">an app</a>.`;
  const body = html`<div class="head"><div><h1>Sessions</h1>
      <p class="lead">${mayLock ? 'Keys in use by everybody. A lock ends them at once.' : 'Your keys in use. End what you are done with.'}</p></div></div>${done(visit)}
    ${sessions.length === 0 ? empty('No open sessions', none) : table('Sessions', ['User', 'App', 'Role', 'Started', 'Ends', 'Actions'], sessions)}
    ${locks.length > 0 && html`<h2>Locks</h2>${table('Locks', ['Locked', 'Reason', 'By', 'Ends', 'Actions'], locks)}`}`;
  return { title: 'Sessions', body, current: '/sessions' };
}

const LENGTHS = { 900: '15 minutes', 3600: '1 hour', 86400: '1 day', '': 'Until removed' };

export function lockPage({ service, login, csrf }: Visit, id: string): Page {
  const session = service.sessions(login, { all: true }).find((open) => open.id === id);
  const user = session?.user ?? '';
  const whom = { session: 'This session', user: `All of ${user}, sign-ins too` };
  const body = session
    ? html`${crumbs(['/sessions', 'Sessions'])}<h1>Lock ${user} in ${session.app}</h1>
    <p class="lead">What you lock ends at once, in the middle of a call too, and is refused until the lock is over.</p>
    <form class="panel narrow" method="post" action="/sessions/${id}/lock">${csrf}<input type="hidden" name="user" value="${user}">
      ${select('whom', 'What to lock', whom)}
      ${field('message', 'Reason', { required: true, maxlength: '500', hint: `${user} sees it when refused.` })}
      ${select('seconds', 'For how long', LENGTHS, '3600')}
      <div class="actions"><button class="danger">${icon('lock')}Lock now</button><a class="button quiet" href="/sessions">Cancel</a></div></form>`
    : html`<h1>Lock</h1>${empty('This session has ended', html`Nothing is left to lock. <a href="/sessions">Back to the sessions</a>`)}`;
  return { title: 'Lock', body, current: '/sessions', status: session ? 200 : 404 };
}

/** Locks the session, or its user everywhere. */
export function lockSession({ service, login, form }: Visit, id: string): Redirect {
  const user = form.get('whom') === 'user' && form.get('user');
  const message = form.get('message') || undefined;
  const seconds = Number(form.get('seconds')) || undefined;
  service.locks.create(login, { target: user ? { user } : { session: id }, message, seconds });
  return { redirect: '/sessions?done=locked' };
}

export function removeLock({ service, login }: Visit, id: string): Redirect {
  service.locks.remove(login, id);
  return { redirect: '/sessions?done=unlocked' };
}

export function endSession({ service, login }: Visit, id: string): Redirect {
  service.closeSession(login, id);
  return { redirect: '/sessions?done=ended' };
}
