import type { Token as TokenResource } from '@postern/config';
import {
  beginJoin,
  createMemoryChallengeStore,
  createStsTransport,
  describeRefusal,
  parseToken,
  readJoinParameters,
  type StsTransport,
  type Token,
  verifyJoinRequest,
} from '@postern/join-iam/server';
import type { AuditRecord } from '@postern/portal';
import { hashOf } from '@postern/sign-in';
import type { Directory } from './directory.js';
import { parseObject } from './http/fields.js';
import type { Upstream } from './upstream.js';

/** A job that may come in. */
export interface Joined {
  readonly tokenName: string;
  /** What the token offers. */
  readonly roles: readonly string[];
  readonly botName: string | undefined;
}

export interface JoinDeskOptions {
  readonly directory: Directory;
  readonly clock: () => Date;
  readonly onAudit: (event: AuditRecord) => void;
  readonly upstream?: Upstream | undefined;
  /** Public address: its host is the audience joiners must sign. Default: an audience is not required. */
  readonly publicAddress?: string | undefined;
  /** Makes the session of a job that came in; what it returns goes into the answer. Default: nothing. */
  readonly onJoin?: ((joined: Joined) => object) | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const REFUSED = { code: 'join-refused', message: 'The join was refused.', status: 403 };
/** A name that no document defines gets no challenge that could be fresh. */
const UNKNOWN: Token = { name: '', roles: [], allow: [], labels: {}, joinMethod: 'iam' };

/** Lets jobs in: by a signed AWS identity, or by a token that is a secret itself. */
export function createJoinDesk(o: JoinDeskOptions) {
  const { clock, onAudit, onJoin = () => ({}) } = o;
  const store = createMemoryChallengeStore();
  const audience = o.publicAddress === undefined ? undefined : new URL(o.publicAddress).host;
  const transport = o.upstream ? throughUpstream(o.upstream) : createStsTransport();
  const tokens = new Map<string, Token>();
  // The name of such a token is the secret: looked up by hash, so that comparing tells nothing.
  const secrets = new Map<string, TokenResource>();
  for (const [name, resource] of o.directory.tokens) {
    if ((resource.spec.join_method ?? 'token') === 'token') secrets.set(hashOf(name), resource);
    const { token } = parseToken(resource);
    if (token) tokens.set(name, token);
  }

  const joinWithSecret = (secret: unknown, remoteAddress: string | undefined) => {
    const resource = secrets.get(hashOf(String(secret)));
    const expires = Date.parse(resource?.metadata.expires ?? '9999-12-31T00:00:00Z');
    const outcome = resource && clock().getTime() < expires ? 'joined' : 'refused';
    const user = resource?.spec.bot_name && `bot-${resource.spec.bot_name}`;
    onAudit({ type: 'join.token', time: clock(), outcome, user, remoteAddress });
    if (!resource || outcome === 'refused') throw REFUSED;
    const roles = [resource.spec.roles].flat();
    return { roles, ...onJoin({ tokenName: 'token', roles, botName: resource.spec.bot_name }) };
  };

  const joinWithIdentity = async (path: string, body: Fields, remoteAddress?: string) => {
    const parameters = readJoinParameters(body.parameters);
    const token = tokens.get(parameters.tokenName);
    const common = { store, parameters, clock, onAudit, remoteAddress };
    if (path.endsWith('/challenge')) return { challenge: await beginJoin({ ...common, token }) };
    const { identity, tokenName, role, roles } = await verifyJoinRequest(body.request, {
      ...common,
      token: token ?? UNKNOWN,
      challenge: String(body.challenge),
      context: { audience },
      requireBinding: true,
      transport,
    });
    const session = onJoin({ tokenName, roles, botName: token?.botName });
    return { tokenName, role, identity, roles, ...session };
  };

  return {
    /** `POST /v1/join/challenge`, `POST /v1/join` and `POST /v1/join/token`, JSON in and out; who serves it bounds the bodies. */
    async fetch(request: Request, remoteAddress?: string): Promise<Response> {
      try {
        const body = parseObject(await request.text()) ?? {};
        const { pathname } = new URL(request.url);
        const isSecret = pathname.endsWith('/token');
        return answer(
          isSecret
            ? joinWithSecret(body.token, remoteAddress)
            : await joinWithIdentity(pathname, body, remoteAddress),
        );
      } catch (error) {
        const refusal = error === REFUSED ? REFUSED : describeRefusal(error);
        return answer({ error: refusal }, refusal.status);
      }
    },
  };
}

const answer = (body: object, status = 200) =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });

/** For the stand-in, which speaks clear text on loopback; the default transport insists on verified TLS. */
function throughUpstream({ dispatcher }: Upstream): StsTransport {
  return async ({ host, method, path, headers, body }, { signal }) => {
    const origin = `https://${host}`;
    const sent = { headers: headers.flat(), body: Buffer.from(body, 'latin1') };
    const response = await dispatcher.request({ origin, method, path, ...sent, signal });
    const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return {
      status: response.statusCode,
      headers: Object.fromEntries(told),
      body: new Uint8Array(await response.body.arrayBuffer()),
    };
  };
}
