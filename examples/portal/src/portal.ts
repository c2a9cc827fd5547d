import { createHash } from 'node:crypto';
import { Refusal } from '@postern/sign-in';
import { appPage, appsPage, launch } from './apps.js';
import { auditPage } from './audit.js';
import { cliPage, decideCli } from './cli.js';
import { html } from './html.js';
import { type Guest, layout, type Page, type Redirect, type Visit } from './layout.js';
import { icon } from './parts.js';
import {
  createRequest,
  newRequestPage,
  requestPage,
  requestsPage,
  reviewRequest,
  useRequest,
  withdrawRequest,
} from './requests.js';
import type { GatewayService, RequestHandler } from './service.js';
import { endSession, lockPage, lockSession, removeLock, sessionsPage } from './sessions.js';
import { beginSso, finishSso, LOGIN_COOKIE, signIn, signInPage, signOut } from './sign-in.js';
import { stylesheet } from './stylesheet.js';
import { createKeys, terminalPage } from './terminal.js';

type Answer = Page | Redirect;
type Route = readonly [route: string, id: string];
type Handler = (visit: Visit, id: string) => Answer | Promise<Answer>;

/** Pages for people who have signed in, by method and path; a `:` is one segment, given to the handler. */
const ROUTES: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['GET /', appsPage],
  ['POST /logout', signOut],
  ['GET /apps/:', appPage],
  ['POST /apps/:/launch', launch],
  ['GET /apps/:/terminal', (visit, id) => terminalPage(visit, id)],
  ['POST /apps/:/terminal', createKeys],
  ['GET /requests', requestsPage],
  ['GET /requests/new', (visit) => newRequestPage(visit)],
  ['POST /requests', createRequest],
  ['GET /requests/:', requestPage],
  ['POST /requests/:/review', reviewRequest],
  ['POST /requests/:/use', useRequest],
  ['POST /requests/:/withdraw', withdrawRequest],
  ['GET /sessions', sessionsPage],
  ['POST /sessions/:/end', endSession],
  ['GET /sessions/:/lock', lockPage],
  ['POST /sessions/:/lock', lockSession],
  ['POST /locks/:/remove', removeLock],
  ['GET /audit', auditPage],
  ['GET /cli', cliPage],
  ['POST /cli', decideCli],
]);
type GuestHandler = (guest: Guest) => Answer | Promise<Answer>;
const GUESTS: ReadonlyMap<string, GuestHandler> = new Map<string, GuestHandler>([
  ['GET /login', (guest) => signInPage(guest)],
  ['POST /login', signIn],
  ['GET /login/oidc', beginSso],
  ['GET /login/oidc/callback', finishSso],
]);

const TITLES = new Map([
  [403, 'You may not do that'],
  [404, 'There is no such page'],
  [410, 'Too late for that'],
  [429, 'Too many attempts'],
  [500, 'Something went wrong on our side'],
  [503, 'AWS did not open this for you'],
]);

/** What the portal needs. */
export interface PortalOptions {
  readonly service: GatewayService;
  readonly clock: () => Date;
  /** Told about failures that people are not told about. Default: nobody. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
}

/** The pages of a gateway: HTML without scripts, for browsers that hold a cookie. */
export function createPortal({ service, clock, onProblem }: PortalOptions): RequestHandler {
  const version = createHash('sha256').update(stylesheet).digest('hex').slice(0, 12);
  const secure = service.info.publicAddress.startsWith('https:');
  // The prefix binds a cookie to this host, but browsers take it over TLS only.
  const prefix = secure ? '__Host-' : '';

  const respond = (answer: Page | Redirect, visit?: Visit): Response => {
    const forms = ["'self'", ...(('formTargets' in answer && answer.formTargets) || [])].join(' ');
    const csp = `default-src 'none'; style-src 'self'; img-src 'self' data:; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`;
    const headers = new Headers({ 'cache-control': 'no-store', 'content-security-policy': csp });
    // Without a referrer at all, browsers keep to themselves where a form comes from, too.
    headers.set('referrer-policy', 'same-origin');
    if (!('redirect' in answer)) {
      const body = `${layout(answer, `/assets/portal.css?v=${version}`, visit)}`;
      headers.set('content-type', 'text/html; charset=utf-8');
      return new Response(body, { status: answer.status ?? 200, headers });
    }
    headers.set('location', answer.redirect);
    for (const [name, value] of Object.entries(answer.cookies ?? {})) {
      const life = value === '' ? '; Max-Age=0' : name === LOGIN_COOKIE ? '' : '; Max-Age=600';
      const flags = `; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${life}`;
      headers.append('set-cookie', `${prefix}${name}=${encodeURIComponent(value)}${flags}`);
    }
    return new Response(null, { status: answer.status ?? 303, headers });
  };

  const fail = (error: unknown, [route, id]: Route, guest: Guest, visit?: Visit): Response => {
    const known = error instanceof Refusal;
    if (!known) onProblem?.(error);
    const status = known ? error.status : 500;
    const message = known ? error.message : BROKEN;
    const asGuest = known && (!visit || GUESTS.has(route));
    const title = TITLES.get(status) ?? 'That did not work';
    const isOfApp = status !== 404 && route.includes('/apps/:');
    const body = html`<section class="panel narrow"><p class="glyph">${icon(status === 403 ? 'lock' : 'gate')}</p><p class="soft">Error ${status}</p><h1>${title}</h1>
      <p>${message}</p><div class="actions">${isOfApp && html`<a class="button main" href="/apps/${id}">Choose another role</a>`}<a class="button ${isOfApp ? 'quiet' : 'main'}" href="/">Go to your apps</a><a class="button quiet" href="/requests">Access requests</a></div></section>`;
    const page = asGuest ? signInPage(guest, message) : { title, body };
    const response = respond({ ...page, status }, asGuest ? undefined : visit);
    const wait = known ? error.retryAfterSeconds : undefined;
    if (wait !== undefined) response.headers.set('retry-after', String(wait));
    return response;
  };

  return async (request, { address }) => {
    const url = new URL(request.url);
    const isPost = request.method === 'POST';
    const { info } = service;
    if (url.pathname === '/assets/portal.css') return asset(stylesheet, 'text/css', 31_536_000);
    if (url.pathname === '/assets/ca.pem') return asset(info.caCertificate, 'text/plain', 0);
    const cookies = readCookies(request.headers.get('cookie') ?? '', prefix);
    const form = new URLSearchParams(isPost ? await request.text() : '');
    const guest = { service, url, form, cookies, address, now: clock() };
    const token = cookies.get(LOGIN_COOKIE) ?? '';
    const login = token ? service.find(token, ['portal']) : undefined;
    const csrf = html`<input type="hidden" name="csrf" value="${login && service.csrfToken(token)}">`;
    const visit = login && { ...guest, login, token, csrf };
    const [route, id] = routeOf(`${isPost ? 'POST' : 'GET'} ${url.pathname}`);
    try {
      if (isPost && isForeign(request)) throw new Refusal(403, 'denied', FORGED);
      const open = GUESTS.get(route);
      if (open) return respond(await open(guest));
      if (!visit) return respond(toSignIn(url, isPost, token !== ''));
      const handler = ROUTES.get(route);
      if (!handler) throw new Refusal(404, 'not-found', NOTHING);
      const isOurs = !isPost || service.isCsrfToken(token, form.get('csrf') ?? '');
      if (!isOurs) throw new Refusal(403, 'denied', FORGED);
      return respond(await handler(visit, id), visit);
    } catch (error) {
      return fail(error, [route, id], guest, visit);
    }
  };
}

const BROKEN =
  'The gateway’s log says why. Try again in a moment, and tell your administrators if it stays.';
const NOTHING = 'Nothing is at this address. It may have ended, or the address is mistyped.';
const FORGED =
  'This form did not come from a fresh page of this portal. Go back, reload the page and send it again.';

/** Browsers say where a form comes from; another site's may not even sign somebody in. */
function isForeign({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  if (origin === null) return false;
  // "null" is a page that hides where it is from, which ours do not.
  return !URL.canParse(origin) || new URL(origin).host !== headers.get('host');
}

function toSignIn(url: URL, isPost: boolean, hadLogin: boolean): Redirect {
  const query = new URLSearchParams(hadLogin ? { why: 'ended' } : {});
  if (!isPost && url.pathname !== '/') query.set('next', url.pathname + url.search);
  const redirect = `/login${query.size > 0 ? `?${query}` : ''}`;
  return { redirect, cookies: hadLogin ? { [LOGIN_COOKIE]: '' } : {} };
}

/** The second of two or three segments is a name, unless the path without it is a route of its own. */
function routeOf(path: string): Route {
  const [method = '', first = '', second, ...rest] = path.split('/');
  if (second === undefined || ROUTES.has(path) || GUESTS.has(path)) return [path, ''];
  return [[`${method}/${first}`, ':', ...rest].join('/'), decode(second)];
}

/** Cookies of ours; over TLS only those that no neighbour of the host can have set. */
function readCookies(header: string, prefix: string): ReadonlyMap<string, string> {
  const pairs = header.split(/; */).filter((pair) => pair.startsWith(prefix));
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.slice(prefix.length).split('=', 2);
      return [name, decode(value)];
    }),
  );
}

/** Nothing for what is no percent-encoding. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const asset = (body: string, type: string, maxAge: number): Response => {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': `max-age=${maxAge}`,
  };
  return new Response(body, { headers });
};
