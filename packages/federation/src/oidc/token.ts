import { FederationError } from '../errors.js';
import { checkSourceIdentity, checkTags } from '../sts/check-parameters.js';
import type { SessionTag } from '../sts/types.js';
import type { SigningKey } from './signing-key.js';

/** What a token says. */
export interface IssueTokenQuery {
  /** The system that acts, such as `system:proxy`. AWS writes it to CloudTrail; put no person there. */
  readonly subject: string;
  /** The person on whose behalf it acts; goes to the claim `obo`. */
  readonly username: string;
  /** Default `discover.teleport`, the client id that the set-up guides register. */
  readonly audience?: string | undefined;
  /** Life in seconds, 1 to 86400. Default 3600. */
  readonly ttlSeconds?: number | undefined;
  /** Id of the token. Default: a random UUID. */
  readonly jti?: string | undefined;
  /** Source identity of the session. Default: none. */
  readonly sourceIdentity?: string | undefined;
  /** Session tags. Default: none. */
  readonly tags?: readonly SessionTag[] | undefined;
  /** Keys of the tags that chained sessions inherit. Default: none. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
}

/** The default audience, the client id that the set-up guides register. */
export const DEFAULT_AUDIENCE = 'discover.teleport';

const LONGEST_TTL = 86_400;
const LONGEST_TOKEN = 20_000;
/** Clocks differ: a token is valid from a little before it was made. */
const SKEW_SECONDS = 10;

/** Makes the claims. @throws FederationError `missing-subject`, `missing-username`, `ttl-too-long`, … */
export function tokenClaims(
  q: IssueTokenQuery,
  context: { readonly issuer: string; readonly now: Date; readonly jti: string },
): Readonly<Record<string, unknown>> {
  if (!q.subject) {
    throw new FederationError({
      code: 'missing-subject',
      message: 'A web identity token needs a subject, such as system:proxy.',
    });
  }
  if (!q.username) {
    throw new FederationError({
      code: 'missing-username',
      message: 'A web identity token needs the name of the user on whose behalf it is made.',
    });
  }
  const audience = q.audience ?? DEFAULT_AUDIENCE;
  if (audience === '') {
    throw new FederationError({
      code: 'missing-audience',
      message: 'A web identity token needs an audience: a client id registered with the provider.',
    });
  }
  const ttl = checkTtl(q.ttlSeconds ?? 3600);
  checkSourceIdentity(q.sourceIdentity);
  const now = Math.floor(context.now.getTime() / 1000);
  if (Number.isNaN(now)) refuse('clock of the provider gives no valid date');
  const jti = q.jti ?? context.jti;
  if (jti === '') refuse('id of a web identity token (jti) must not be empty');
  return {
    iss: context.issuer,
    sub: q.subject,
    obo: `user:${q.username}`,
    aud: audience,
    jti,
    iat: now - SKEW_SECONDS,
    nbf: now - SKEW_SECONDS,
    exp: now + ttl,
    ...tagClaims(q),
    ...(q.sourceIdentity === undefined
      ? {}
      : { 'https://aws.amazon.com/source_identity': q.sourceIdentity }),
  };
}

/** Signs the claims. @throws FederationError `token-too-long`, `signing-failed` */
export async function signToken(
  claims: Readonly<Record<string, unknown>>,
  key: SigningKey,
): Promise<string> {
  const header = { alg: 'RS256', typ: 'JWT', kid: key.publicKey.kid } as const;
  const token = await key.sign(header, new TextEncoder().encode(JSON.stringify(claims)));
  if (token.length <= LONGEST_TOKEN) return token;
  throw new FederationError({
    code: 'token-too-long',
    message:
      'The web identity token has more than 20000 characters: STS refuses it; use fewer tags.',
  });
}

function refuse(rule: string): never {
  throw new FederationError({ code: 'invalid-argument', message: `The ${rule}.` });
}

function checkTtl(seconds: number): number {
  if (!Number.isFinite(seconds) || seconds < 1) {
    throw new FederationError({
      code: 'invalid-duration',
      message: 'The life of a web identity token must be a number of seconds, at least 1.',
    });
  }
  if (seconds > LONGEST_TTL) {
    throw new FederationError({
      code: 'ttl-too-long',
      message: 'A web identity token may live at most 24 hours.',
    });
  }
  return Math.floor(seconds);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
function tagClaims(q: IssueTokenQuery) {
  const tags = q.tags ?? [];
  const transitive = q.transitiveTagKeys ?? [];
  checkTags(tags, transitive);
  if (tags.length === 0) return {};
  return {
    'https://aws.amazon.com/tags': {
      principal_tags: Object.fromEntries(tags.map(({ key, value }) => [key, [value]])),
      ...(transitive.length > 0 ? { transitive_tag_keys: [...transitive] } : {}),
    },
  };
}
