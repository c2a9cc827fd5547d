import type { GatewayService, RequestContext } from '@postern/portal';
import { type LoginSession, type NewLogin, Refusal } from '@postern/sign-in';
import { type Context, Hono } from 'hono';
import { GatewayError } from '../gateway-error.js';
import { fields, listOfTexts, number, oneOf, parseObject, text } from './fields.js';

/** What a route is given: who asks, and what the path, the query and the body say. */
interface Call<Body> {
  readonly login: LoginSession;
  readonly token: string;
  /** The variable segment of the path. */
  readonly id: string;
  readonly body: Body;
  readonly query: Readonly<Record<string, string>>;
}

type Env = { Bindings: RequestContext };
type Method = 'GET' | 'POST' | 'DELETE';

const nothing = fields({});
const target = { user: text, role: text, awsRole: text, session: text, accessRequest: text };
const wanted = { reason: text, app: text, awsRole: text, durationSeconds: number };

/**
 * The JSON API for programs. It knows people by the bearer token alone, never by a cookie, so that no page of another origin can
 * use it with somebody's login.
 */
export function createApi(service: GatewayService): Hono<Env> {
  const api = new Hono<Env>();
  const { browserLogin, requests, locks, audit, info } = service;

  /** A route for everybody. */
  const open = <B>(
    method: Method,
    path: string,
    read: (body: unknown) => B,
    act: (body: B, address: string) => unknown,
  ) => api.on(method, path, async (c) => answer(await act(read(await bodyOf(c)), c.env.address)));

  /** A route for logins; who may not ask is refused before the body is looked at. */
  const closed = <B>(
    method: Method,
    path: string,
    read: (body: unknown) => B,
    act: (call: Call<B>) => unknown,
  ) =>
    api.on(method, path, async (c) => {
      const { token, login } = loginOf(c);
      const body = read(await bodyOf(c));
      const id = c.req.param('id') ?? '';
      return answer(await act({ login, token, id, body, query: c.req.query() }));
    });

  const loginOf = (c: Context<Env>) => {
    const [, token = ''] =
      /^Bearer ([\w-]{1,200})$/.exec(c.req.header('authorization') ?? '') ?? [];
    const login = service.find(token, ['bearer', 'bot']);
    if (login) return { token, login };
    const message = 'Your login is missing or over: run postern login.';
    throw new GatewayError('not-signed-in', message);
  };
  const told = ({ token, login: { user, roles, expiresAt } }: NewLogin) => ({
    token,
    user,
    roles,
    expiresAt,
  });

  open('GET', '/info', nothing, () => info);
  open('POST', '/login', fields({ user: text, password: text }), async (person, address) =>
    told(await service.signIn({ ...person, address }, 'bearer')),
  );
  open('POST', '/login/browser', nothing, (_body, address) => browserLogin.start(address));
  open('POST', '/login/browser/poll', fields({ deviceCode: text }), ({ deviceCode }) => {
    const made = browserLogin.poll(deviceCode);
    return made ? told(made) : Response.json({ state: 'pending' }, { status: 202 });
  });
  closed('POST', '/logout', nothing, ({ token }) => service.signOut(token));
  closed('GET', '/status', nothing, ({ login }) => {
    const { user, roles, traits, expiresAt } = login;
    const held = requests.list(login).filter(({ id }) => login.requests.includes(id));
    return { user, roles, traits, expiresAt, requests: held };
  });

  closed('GET', '/apps', nothing, ({ login }) => ({ apps: service.apps(login) }));
  closed('POST', '/apps/:id/sessions', fields({}, { awsRole: text }), (call) => {
    const { proxyUrl, endpointUrl, caCertificate } = info;
    const opened = service.openSession(call.login, { app: call.id, ...call.body });
    return created({ ...opened, proxyUrl, endpointUrl, caCertificate });
  });
  const console = fields({}, { awsRole: text, destination: text });
  closed('POST', '/apps/:id/console', console, ({ login, id: app, body }) =>
    service.launchConsole(login, { app, ...body }),
  );
  closed('GET', '/sessions', nothing, ({ login }) => ({ sessions: service.sessions(login) }));
  closed('DELETE', '/sessions/:id', nothing, ({ login, id }) => service.closeSession(login, id));
  closed('GET', '/explain', nothing, ({ login, query: { app = '', awsRole } }) =>
    service.explain(login, { app, awsRole }),
  );

  closed('GET', '/requests', nothing, ({ login }) => ({ requests: requests.list(login) }));
  closed('GET', '/requests/:id', nothing, ({ login, id }) => requests.get(login, id));
  closed('POST', '/requests', fields({ roles: listOfTexts }, wanted), ({ login, body }) =>
    created(requests.create(login, { reason: '', ...body })),
  );
  const review = fields({ verdict: oneOf('approve', 'deny') }, { reason: text });
  closed('POST', '/requests/:id/reviews', review, ({ login, id, body }) =>
    requests.review(login, id, body),
  );
  closed('POST', '/requests/:id/use', nothing, ({ login, id }) => requests.use(login, id));
  closed('DELETE', '/requests/:id', nothing, ({ login, id }) => requests.withdraw(login, id));

  closed('GET', '/locks', nothing, ({ login }) => ({ locks: locks.list(login) }));
  const lock = fields({ target: fields({}, target) }, { message: text, seconds: number });
  closed('POST', '/locks', lock, ({ login, body }) => created(locks.create(login, body)));
  closed('DELETE', '/locks/:id', nothing, ({ login, id }) => locks.remove(login, id));
  closed('GET', '/audit', nothing, ({ login, query: { before, limit, ...filter } }) => {
    const numbers = { before: before ? Number(before) : undefined, limit: Number(limit || 100) };
    return { events: audit.find(login, { ...filter, ...numbers }) };
  });
  api.all('*', ({ req }) => {
    throw new GatewayError('not-found', `The API has no ${req.method} ${req.path}.`);
  });
  return api;
}

/** An error as programs are told it; faults of ours keep their details to themselves. */
export function failure(error: unknown): Response {
  const known = error instanceof Refusal ? error : undefined;
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (known?.retryAfterSeconds) headers.set('retry-after', String(known.retryAfterSeconds));
  if (known?.code === 'not-signed-in') headers.set('www-authenticate', 'Bearer');
  const code = known?.code ?? 'internal';
  const message =
    known?.message ?? 'The gateway failed: try again, and tell your administrators if it stays.';
  return Response.json({ error: { code, message } }, { status: known?.status ?? 500, headers });
}

const created = (body: object) => Response.json(body, { status: 201 });

function answer(result: unknown): Response {
  const nothing = () => new Response(null, { status: 204 });
  const made = result === undefined ? nothing() : Response.json(result);
  const response = result instanceof Response ? result : made;
  response.headers.set('cache-control', 'no-store');
  return response;
}

async function bodyOf({ req }: Context<Env>): Promise<object> {
  if (req.method !== 'POST') return {};
  if (!/^application\/json(;\s*charset=utf-8)?$/i.test(req.header('content-type') ?? '')) {
    const message = 'Send a JSON body with Content-Type: application/json.';
    throw new GatewayError('malformed-request', message);
  }
  const body = parseObject(await req.text());
  if (body) return body;
  throw new GatewayError('malformed-request', 'The body must be one JSON object.');
}
