import { Refusal } from '@postern/sign-in';
import { GatewayError } from '../gateway-error.js';
import type {
  GatewayService,
  LoginSession,
  NewLogin,
  RequestContext,
  RequestHandler,
} from '../service.js';
import { listOfTexts, number, oneOf, readFields, text } from './fields.js';

/** What a route is given: who asks, what the path and the body say. */
interface Call {
  readonly login: LoginSession;
  readonly token: string;
  /** The variable segment of the path. */
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
}

type Route = (call: Call) => unknown;
type OpenRoute = (body: Call['body'], context: RequestContext) => unknown;

const PREFIX = '/api/v1';

/**
 * The JSON API for programs. It knows people by the bearer token alone, never by a cookie, so that no page of another origin can
 * use it with somebody's login.
 */
export function createApi(
  service: GatewayService,
  onProblem: (error: unknown) => void,
): RequestHandler {
  const loginAnswer = ({ token, login: { user, roles, expiresAt } }: NewLogin) => ({
    token,
    user,
    roles,
    expiresAt,
  });
  const { browserLogin, requests, locks } = service;
  const open: ReadonlyMap<string, OpenRoute> = new Map<string, OpenRoute>([
    ['GET /info', () => service.info],
    [
      'POST /login',
      async (body, { address }) => {
        const { user, password } = readFields(body, { user: text, password: text });
        return loginAnswer(await service.signIn({ user, password, address }, 'bearer'));
      },
    ],
    ['POST /login/browser', (_body, { address }) => browserLogin.start(address)],
    [
      'POST /login/browser/poll',
      (body) => {
        const { deviceCode } = readFields(body, { deviceCode: text });
        const made = browserLogin.poll(deviceCode);
        return made ? loginAnswer(made) : Response.json({ state: 'pending' }, { status: 202 });
      },
    ],
  ]);
  const appRole = (app: string, body: Call['body']) => ({
    app,
    ...readFields(body, {}, { awsRole: text }),
  });
  const closed: ReadonlyMap<string, Route> = new Map<string, Route>([
    ['POST /logout', ({ token }) => service.signOut(token)],
    [
      'GET /status',
      ({ login }) => ({
        user: login.user,
        roles: login.roles,
        traits: login.traits,
        expiresAt: login.expiresAt,
        requests: requests.list(login).filter(({ id }) => login.requests.includes(id)),
      }),
    ],
    ['GET /apps', ({ login }) => ({ apps: service.apps(login) })],
    [
      'POST /apps/:/sessions',
      ({ login, name, body }) => {
        const { proxyUrl, endpointUrl, caCertificate } = service.info;
        const opened = service.openSession(login, appRole(name, body));
        return created({ ...opened, proxyUrl, endpointUrl, caCertificate });
      },
    ],
    [
      'POST /apps/:/console',
      ({ login, name, body }) => {
        const { destination } = readFields(body, {}, { destination: text });
        return service.launchConsole(login, { ...appRole(name, body), destination });
      },
    ],
    ['GET /sessions', ({ login }) => ({ sessions: service.sessions(login) })],
    ['DELETE /sessions/:', ({ login, name }) => service.closeSession(login, name)],
    [
      'GET /explain',
      ({ login, query }) => {
        const app = query.get('app') ?? '';
        return service.explain(login, { app, awsRole: query.get('awsRole') ?? undefined });
      },
    ],
    ['GET /requests', ({ login }) => ({ requests: requests.list(login) })],
    ['GET /requests/:', ({ login, name }) => requests.get(login, name)],
    [
      'POST /requests',
      ({ login, body }) =>
        created(
          requests.create(login, {
            reason: '',
            ...readFields(
              body,
              { roles: listOfTexts },
              { reason: text, app: text, awsRole: text, durationSeconds: number },
            ),
          }),
        ),
    ],
    [
      'POST /requests/:/reviews',
      ({ login, name, body }) => {
        const verdict = oneOf('approve', 'deny');
        return requests.review(login, name, readFields(body, { verdict }, { reason: text }));
      },
    ],
    ['POST /requests/:/use', ({ login, name }) => requests.use(login, name)],
    ['DELETE /requests/:', ({ login, name }) => requests.withdraw(login, name)],
    ['GET /locks', ({ login }) => ({ locks: locks.list(login) })],
    [
      'POST /locks',
      ({ login, body }) => {
        const { target, ...rest } = readFields(
          body,
          { target: (value) => (typeof value === 'object' && value ? { ...value } : undefined) },
          { message: text, seconds: number },
        );
        const texts = { user: text, role: text, awsRole: text, session: text, accessRequest: text };
        return created(locks.create(login, { ...rest, target: readFields(target, {}, texts) }));
      },
    ],
    ['DELETE /locks/:', ({ login, name }) => locks.remove(login, name)],
    [
      'GET /audit',
      ({ login, query }) => {
        const { before, limit, ...filter } = Object.fromEntries(query);
        const events = service.audit.find(login, {
          ...filter,
          ...(before ? { before: Number(before) } : {}),
          ...(limit ? { limit: Number(limit) } : {}),
        });
        return { events };
      },
    ],
  ]);

  return async (request, context) => {
    const url = new URL(request.url);
    const { pathname, searchParams: query } = url;
    const [, first = '', second, ...rest] = pathname.slice(PREFIX.length).split('/');
    const path =
      second === undefined ? `/${first}` : `/${first}/:${rest.map((one) => `/${one}`).join('')}`;
    const plain = `${request.method} ${pathname.slice(PREFIX.length)}`;
    try {
      const openRoute = open.get(plain);
      const route = closed.get(plain) ?? closed.get(`${request.method} ${path}`);
      if (!openRoute && !route) {
        throw new GatewayError('not-found', `The API has no ${request.method} ${pathname}.`);
      }
      // Who may not ask is refused before the body is looked at.
      const [, token = ''] =
        /^Bearer ([\w-]{1,200})$/.exec(request.headers.get('authorization') ?? '') ?? [];
      const login = openRoute ? undefined : service.find(token, ['bearer', 'bot']);
      if (!openRoute && !login) {
        throw new GatewayError(
          'not-signed-in',
          'Your login is missing or over: run postern login.',
        );
      }
      const body = await readBody(request);
      if (openRoute) return respond(await openRoute(body, context));
      if (!login || !route) throw new GatewayError('not-signed-in', 'Sign in first.');
      return respond(await route({ login, token, name: decode(second ?? ''), body, query }));
    } catch (error) {
      if (!(error instanceof Refusal)) onProblem(error);
      return failure(error);
    }
  };
}

/** An error as the API tells it; faults of ours keep their details to themselves. */
export function failure(error: unknown): Response {
  const known = error instanceof Refusal ? error : undefined;
  const wait = known?.retryAfterSeconds;
  const shown = {
    code: known?.code ?? 'internal',
    message:
      known?.message ?? 'The gateway failed: try again, and tell your administrators if it stays.',
  };
  return Response.json(
    { error: shown },
    {
      status: known?.status ?? 500,
      headers: {
        'cache-control': 'no-store',
        ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
        ...(known?.code === 'not-signed-in' ? { 'www-authenticate': 'Bearer' } : {}),
      },
    },
  );
}

const created = (body: object) => Response.json(body, { status: 201 });

function respond(result: unknown): Response {
  const response =
    result instanceof Response
      ? result
      : result === undefined
        ? new Response(null, { status: 204 })
        : Response.json(result);
  response.headers.set('cache-control', 'no-store');
  return response;
}

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  if (request.method !== 'POST') return {};
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json(;\s*charset=utf-8)?$/i.test(type)) {
    throw new GatewayError(
      'malformed-request',
      'Send a JSON body with Content-Type: application/json.',
    );
  }
  try {
    const value: unknown = JSON.parse(await request.text());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below, together with what is JSON and no object.
  }
  throw new GatewayError('malformed-request', 'The body must be one JSON object.');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GatewayError('malformed-request', 'The path is not percent-encoded properly.');
  }
}
