import { type Html, html } from './html.js';
import type { Guest, Page, Redirect, Visit } from './layout.js';
import { field, icon, notice } from './parts.js';

/** Cookie of a login. */
export const LOGIN_COOKIE = 'postern';
const FLOW = 'postern-flow';
const NEXT = 'postern-next';

/** A path of ours to go on to; anything else is the front page. */
const ownPath = (text: string | null | undefined): string =>
  text && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text) ? text : '/';

/** The one page for people who are not signed in. */
export function signInPage(guest: Guest, problem?: string): Page {
  const { url, form, service } = guest;
  const next = ownPath(form.get('next') ?? url.searchParams.get('next'));
  const user = form.get('user') ?? '';
  const { password, oidc } = service.info.login;
  const said = url.searchParams.get('why');
  const body = html`<div class="door" aria-hidden="true">${icon('gate')}<p>Every AWS account,<br>one small door.</p></div>
<section class="sign-in"><p class="brand">${icon('gate')}Postern</p><h1>Sign in</h1>
  <p class="lead">Your AWS consoles, roles and keys, without a long-lived secret.</p>
  ${problem && notice('bad', problem, password ? 'user' : undefined)}
  ${!problem && said === 'ended' && notice('bad', 'Your session has ended: its time was up, or somebody locked it. Sign in again to go on.')}
  ${!problem && said === 'left' && notice('good', 'You are signed out, and the keys of your app sessions have ended.')}
  ${password && passwordForm(user, next, problem !== undefined)}
  ${password && oidc && html`<p class="or">or</p>`}
  ${oidc && html`<a class="button wide ${password ? 'quiet' : 'main'}" href="/login/oidc?next=${next}">Sign in with SSO</a>`}</section>`;
  return { title: 'Sign in', body, status: problem ? 401 : 200 };
}

const passwordForm = (user: string, next: string, failed: boolean): Html =>
  html`<form method="post" action="/login"><input type="hidden" name="next" value="${next}">
    ${field('user', 'User name', { value: user, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, error: failed })}
    ${field('password', 'Password', { type: 'password', autocomplete: 'current-password', required: true, error: failed })}
    <button class="main wide">Sign in</button></form>`;

/** Checks a password; the answer's cookie is the login. */
export async function signIn({ service, form, address }: Guest): Promise<Redirect> {
  const attempt = { user: form.get('user') ?? '', password: form.get('password') ?? '', address };
  const { token } = await service.signIn(attempt, 'portal');
  return { redirect: ownPath(form.get('next')), cookies: { [LOGIN_COOKIE]: token } };
}

/** Off to the provider. What ties its answer to this browser goes into a cookie. */
export async function beginSso({ service, url }: Guest): Promise<Redirect> {
  const { url: redirect, flow } = await service.beginOidc();
  return { redirect, cookies: { [FLOW]: flow, [NEXT]: ownPath(url.searchParams.get('next')) } };
}

/** Back from the provider. */
export async function finishSso({ service, url, cookies, address }: Guest): Promise<Redirect> {
  const callback = new URL(url.pathname + url.search, service.info.publicAddress);
  const flow = cookies.get(FLOW) ?? '';
  const { token } = await service.finishOidc({ flow, callback, address });
  const next = ownPath(cookies.get(NEXT));
  return { redirect: next, cookies: { [LOGIN_COOKIE]: token, [FLOW]: '', [NEXT]: '' } };
}

/** Ends the login and its app sessions. */
export function signOut({ service, token }: Visit): Redirect {
  service.signOut(token);
  return { redirect: '/login?why=left', cookies: { [LOGIN_COOKIE]: '' } };
}
