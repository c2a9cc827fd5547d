import { Refusal } from '@postern/sign-in';
import { attributes, type Html, html } from './html.js';
import type { Page, Redirect, Visit } from './layout.js';
import {
  chip,
  crumbs,
  done,
  empty,
  field,
  icon,
  notice,
  select,
  table,
  time,
  until,
} from './parts.js';
import type { RequestView } from './service.js';

const STATES = {
  pending: chip('wait', 'Waiting for review'),
  approved: chip('good', 'Approved'),
  denied: chip('bad', 'Denied'),
  expired: chip('lock', 'Expired'),
} as const;

const COLUMNS = ['Roles', 'By', 'Reason', 'State', 'Ends'];

export function requestsPage(visit: Visit): Page {
  const all = visit.service.requests.list(visit.login);
  const list = (caption: string, toReview: boolean) => {
    const rows = all.filter(({ reviewable }) => reviewable === toReview).map(row);
    return rows.length > 0 && html`<h2>${caption}</h2>${table(caption, COLUMNS, rows)}`;
  };
  const row = ({ id, user, roles, reason, state, expiresAt }: RequestView) => [
    html`<a href="/requests/${id}">${roles.join(', ')}</a>`,
    user,
    reason,
    STATES[state],
    until(expiresAt, visit.now),
  ];
  const none = html`Need a role for a while? <a href="/requests/new">Ask for it</a> and say why; somebody with the right to review decides.`;
  const body = html`<div class="head"><div><h1>Access requests</h1><p class="lead">Roles for a while, with the word of a second person.</p></div>
      <a class="button main" href="/requests/new">${icon('requests')}New request</a></div>${done(visit)}
    ${list('For you to review', true)}${list('Yours and decided', false)}
    ${all.length === 0 && empty('No requests yet', none)}`;
  return { title: 'Access requests', body, current: '/requests' };
}

const LENGTHS = { '': 'As long as the roles allow', 3600: '1 hour', 28800: '8 hours' };

/** The form; `problem` is what was wrong with the one that was sent. */
export function newRequestPage({ service, login, url, form, csrf }: Visit, problem?: string): Page {
  const asked = (name: string) => form.get(name) ?? url.searchParams.get(name) ?? '';
  const [app, role] = [asked('app'), asked('role')];
  const names = new Set<string>();
  for (const { name, roles } of service.apps(login)) {
    for (const { arn, requestable } of roles) {
      if ((!app || app === name) && (!role || role === arn))
        for (const one of requestable) names.add(one);
    }
  }
  const boxes = [...names].sort().map((name) => {
    const checked = names.size === 1 || form.getAll('roles').includes(name);
    return html`<label class="check"><input type="checkbox" name="roles" value="${name}"${attributes({ checked })}>${name}</label>`;
  });
  const none = html`None of your roles lets you request one that helps. <a href="/">Back to your apps</a>, or ask who manages your roles.`;
  const sheet = html`<form class="panel" method="post" action="/requests">${csrf}
      <input type="hidden" name="app" value="${app}"><input type="hidden" name="role" value="${role}">
      <fieldset><legend>Roles</legend>${boxes}</fieldset>
      ${field('reason', 'Reason', { lines: asked('reason'), required: true, maxlength: '1000', error: problem !== undefined, hint: 'What you are going to do. Reviewers and the audit log see it.' })}
      ${select('duration', 'For how long', LENGTHS, asked('duration'))}
      <div class="actions"><button class="main">Send request</button><a class="button quiet" href="/requests">Cancel</a></div></form>`;
  const body = html`${crumbs(['/requests', 'Requests'])}<h1>Request access</h1>
    ${role && html`<p class="lead">For <span class="arn">${role}</span> in ${app}.</p>`}${problem && notice('bad', problem, 'reason')}
    ${names.size === 0 && empty('Nothing to ask for here', none)}${names.size > 0 && sheet}`;
  return { title: 'Request access', body, current: '/requests', status: problem ? 400 : 200 };
}

export function createRequest(visit: Visit): Page | Redirect {
  const { service, login, form } = visit;
  const text = (name: string) => form.get(name)?.trim() || undefined;
  const [app, awsRole, reason] = [text('app'), text('role'), text('reason')];
  const roles = form.getAll('roles');
  if (roles.length === 0) return newRequestPage(visit, 'Choose at least one role.');
  if (reason === undefined) return newRequestPage(visit, 'Say why you need it.');
  const durationSeconds = Number(text('duration')) || undefined;
  try {
    const { id } = service.requests.create(login, { roles, reason, app, awsRole, durationSeconds });
    return to(id, 'asked');
  } catch (error) {
    if (error instanceof Refusal) return newRequestPage(visit, error.message);
    throw error;
  }
}

export function requestPage(visit: Visit, id: string): Page {
  const { login, now, service, csrf } = visit;
  const request = service.requests.get(login, id);
  const { user, roles, reason, app, awsRole, state, reviews, usable, reviewable } = request;
  const title = roles.join(', ');
  const post = (path: string, content: Html) =>
    html`<form method="post" action="/requests/${id}/${path}">${csrf}${content}</form>`;
  const mine = user === login.user && state === 'pending';
  const action = login.requests.includes(id)
    ? chip('good', 'You hold these roles now')
    : usable && post('use', html`<button class="main">Use these roles now</button>`);
  const verdict = html`${field('reason', 'Reason', { hint: 'What made you decide so. Optional.', maxlength: '1000' })}
    <div class="actions"><button class="main" name="verdict" value="approve">${icon('good')}Approve</button>
      <button class="danger" name="verdict" value="deny">${icon('bad')}Deny</button></div>`;
  const body = html`${crumbs(['/requests', 'Requests'])}
    <div class="head"><div><h1>${title} ${STATES[state]}</h1><p class="lead">Asked for by ${user}, ${time(request.createdAt)}</p></div>
      ${action}${mine && post('withdraw', html`<button class="quiet">Withdraw</button>`)}</div>${done(visit)}
    <dl class="panel"><dt>Reason</dt><dd>${reason}</dd>${app && html`<dt>App</dt><dd><a href="/apps/${app}">${app}</a></dd>`}
      ${awsRole && html`<dt>AWS role</dt><dd class="arn">${awsRole}</dd>`}<dt>Ends</dt><dd>${until(request.expiresAt, now)}</dd></dl>
    ${reviewable && html`<section class="panel"><h2>Your review</h2>${post('review', verdict)}</section>`}
    <h2>Reviews</h2>${reviews.length === 0 && html`<p class="soft">Nobody has reviewed it yet.${mine && ' Send the address of this page to somebody who may.'}</p>`}
    <ul class="roles">${reviews.map(
      ({ by, verdict, reason, at }) => html`<li class="role"><div>
      <h3>${by} ${verdict === 'approve' ? chip('good', 'approved') : chip('bad', 'denied')}</h3>${reason && html`<p>${reason}</p>`}<p class="soft">${time(at)}</p></div></li>`,
    )}</ul>`;
  return { title: `Request for ${title}`, body, current: '/requests' };
}

const to = (id: string, what: string): Redirect => ({
  redirect: `/requests/${encodeURIComponent(id)}?done=${what}`,
});

export function reviewRequest({ service, login, form }: Visit, id: string): Redirect {
  const verdict = form.get('verdict') === 'approve' ? 'approve' : 'deny';
  service.requests.review(login, id, { verdict, reason: form.get('reason') || undefined });
  return to(id, 'reviewed');
}

export function useRequest({ service, login }: Visit, id: string): Redirect {
  service.requests.use(login, id);
  return to(id, 'used');
}

export function withdrawRequest({ service, login }: Visit, id: string): Redirect {
  service.requests.withdraw(login, id);
  return { redirect: '/requests?done=withdrawn' };
}
