import {
  beginJoin,
  createMemoryChallengeStore,
  createStsTransport,
  describeRefusal,
  type JoinParameters,
  type JoinResult,
  parseToken,
  type StsTransport,
  type Token,
  verifyJoinRequest,
} from '@postern/join-iam/server';
import type { AuditRecord } from './audit-log.js';
import type { Directory } from './directory.js';
import { sendTo, type Upstream } from './upstream.js';

/** Lets jobs in by a signed AWS identity. */
export interface JoinDesk {
  /** First half: a challenge for exactly these parameters. */
  begin(parameters: JoinParameters, remoteAddress?: string): Promise<string>;
  /** Second half: whom STS named, and the rule of the token that admits it. */
  complete(attempt: {
    readonly parameters: JoinParameters;
    readonly challenge: string;
    /** As the joiner's transport had it; untrusted. */
    readonly request: unknown;
    readonly remoteAddress?: string | undefined;
  }): Promise<JoinResult>;
  /** `POST /v1/join/challenge` and `POST /v1/join`, JSON in and out. */
  fetch(request: Request): Promise<Response>;
}

export interface JoinDeskOptions {
  readonly directory: Directory;
  readonly clock: () => Date;
  readonly onAudit: (event: AuditRecord) => void;
  readonly upstream?: Upstream | undefined;
  /** Public https address: its host is the audience joiners must sign. Default: an audience is not required. */
  readonly publicAddress?: string | undefined;
}

const MAX_BODY_CHARACTERS = 256 * 1024;

export function createJoinDesk(o: JoinDeskOptions): JoinDesk {
  const { clock, onAudit } = o;
  const store = createMemoryChallengeStore();
  const audience = o.publicAddress === undefined ? undefined : new URL(o.publicAddress).host;
  const transport = o.upstream ? throughUpstream(o.upstream) : createStsTransport();
  const tokens = new Map<string, Token>();
  for (const [name, resource] of o.directory.tokens) {
    const { token } = parseToken(resource);
    if (token) tokens.set(name, token);
  }

  const desk: JoinDesk = {
    begin: (parameters, remoteAddress) =>
      beginJoin({
        token: tokens.get(parameters.tokenName),
        store,
        parameters,
        clock,
        onAudit,
        remoteAddress,
      }),
    complete({ parameters, challenge, request, remoteAddress }) {
      return verifyJoinRequest(request, {
        // A name that no document defines gets no challenge that could be fresh.
        token: tokens.get(parameters.tokenName) ?? UNKNOWN,
        store,
        parameters,
        challenge,
        context: { audience },
        requireBinding: true,
        transport,
        clock,
        onAudit,
        remoteAddress,
      });
    },
    async fetch(request) {
      try {
        const body = await readJson(request);
        if (new URL(request.url).pathname.endsWith('/challenge')) {
          return Response.json({ challenge: await desk.begin(parametersOf(body.parameters)) });
        }
        const { identity, tokenName, role } = await desk.complete({
          parameters: parametersOf(body.parameters),
          challenge: String(body.challenge),
          request: body.request,
        });
        return Response.json({ tokenName, role, identity });
      } catch (error) {
        const refusal = describeRefusal(error);
        return Response.json({ error: refusal }, { status: refusal.status });
      }
    },
  };
  return desk;
}

const UNKNOWN: Token = { name: '', roles: [], allow: [], labels: {}, joinMethod: 'iam' };

async function readJson(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  if (text.length > MAX_BODY_CHARACTERS) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Untrusted: only texts are taken; what is missing is refused as an unknown token. */
function parametersOf(value: unknown): JoinParameters {
  const texts = Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { tokenName: '', role: '', ...Object.fromEntries(texts) };
}

/** For the stand-in, which speaks clear text on loopback; the default transport insists on verified TLS. */
function throughUpstream(upstream: Upstream): StsTransport {
  return ({ host, method, path, headers, body }, { signal }) =>
    sendTo(upstream, { host, method, path, headers: headers.flat(), body, signal });
}
