import { html } from './html.js';
import type { Page, Visit } from './layout.js';
import { field, icon, notice, time } from './parts.js';

/** Confirms the login of a command line that waits: what it shows, and what this page shows, must be the same. */
export function cliPage({ service, login, url, csrf }: Visit): Page {
  const code = (url.searchParams.get('code') ?? '').trim().toUpperCase();
  const pending = code === '' ? undefined : service.browserLogin.waiting(login, code);
  const body = pending
    ? html`<section class="panel narrow"><p class="glyph">${icon('terminal')}</p><h1>Sign in a command line?</h1>
      <p>A terminal asks to work as <strong>${login.user}</strong>. Does it show this code?</p><p class="code">${code}</p>
      <dl><dt>Started</dt><dd>${time(pending.startedAt)}</dd><dt>From</dt><dd class="arn">${pending.address}</dd></dl>
      <p class="soft">If you have not started <code>postern login --browser</code> yourself just now, deny it: somebody else may be trying to work in your name.</p>
      <form method="post" action="/cli">${csrf}<input type="hidden" name="code" value="${code}">
        <div class="actions"><button class="main" name="verdict" value="approve">Yes, sign it in</button><button class="danger" name="verdict" value="deny">No, deny it</button></div></form></section>`
    : html`<section class="panel narrow"><p class="glyph">${icon('terminal')}</p><h1>Sign in a command line</h1>
      ${code && notice('bad', `The code ${code} is not known or no longer valid. Start again with postern login --browser.`)}
      <form method="get" action="/cli">${field('code', 'Code', { value: code, hint: 'The eight letters that postern login --browser shows.', autocomplete: 'off', required: true, error: code !== '' })}<button class="main">Continue</button></form></section>`;
  return { title: 'Command line', body, status: code && !pending ? 404 : 200 };
}

export function decideCli({ service, login, form }: Visit): Page {
  const verdict = form.get('verdict') === 'approve' ? 'approve' : 'deny';
  service.browserLogin.decide(login, form.get('code') ?? '', verdict);
  const [title, text] =
    verdict === 'approve'
      ? ['Your terminal is signed in', 'You can close this page and go on there.']
      : ['Denied', 'The terminal was refused. If you did not start it, tell your administrators.'];
  const body = html`<section class="panel narrow"><p class="glyph">${icon(verdict === 'approve' ? 'good' : 'bad')}</p><h1>${title}</h1><p>${text}</p><a class="button quiet" href="/">Go to your apps</a></section>`;
  return { title, body };
}
