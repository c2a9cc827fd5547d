import type { OidcConnector } from '@postern/config';
import type { GatewayService } from '@postern/portal';
import { mapConnectorClaims } from '@postern/rbac';
import {
  badLogin,
  type Claims,
  createDeviceLogins,
  createThrottle,
  foldName,
  hashOf,
  isSame,
  type LoginSession,
  type NewLogin,
  personOfClaims,
  randomSecret,
} from '@postern/sign-in';
import { type Identity, identityOfUser } from '../access.js';
import { GatewayError } from '../gateway-error.js';
import type { Joined } from '../join.js';
import type { ServiceOptions, Shared } from './create-service.js';

const HOUR_MS = 3_600_000;
const LONGEST_MS = { portal: 12 * HOUR_MS, bearer: 12 * HOUR_MS, bot: HOUR_MS };
const BAD_LOGIN = 'User name or password is wrong: check both and try again.';

type Checks = 'hasPassword' | 'csrfToken' | 'isCsrfToken';
type Verbs = Checks | 'signIn' | 'beginOidc' | 'finishOidc' | 'find' | 'signOut' | 'browserLogin';

/** The verbs of coming in and going out, for people and jobs. */
export function createPeople(o: ServiceOptions, { logins, trail, refuseLocked, end }: Shared) {
  const { directory, clock } = o;
  const { access } = o.gateway;
  const bySource = createThrottle({ max: 10, windowMs: 5 * 60_000, clock });
  const byAddress = createThrottle({ max: 100, windowMs: 5 * 60_000, clock });
  // One name is one person: who comes from outside cannot be a user of the documents.
  const taken = new Set([...directory.users.keys()].map(foldName));
  const csrfKey = randomSecret();
  const csrfToken = (token: string) => hashOf(`${csrfKey} ${token}`);

  const enter = (
    identity: Identity,
    kind: LoginSession['kind'],
    event: { readonly method: string; readonly address?: string; readonly tokenName?: string },
  ): NewLogin => {
    const now = clock();
    const who = { ...identity, kind };
    refuseLocked(who);
    const ms = Math.min(LONGEST_MS[kind], access.sessionMs(who, now));
    const expiresAt = new Date(now.getTime() + ms);
    const made = logins.open({ ...identity, address: event.address }, kind, { now, expiresAt });
    trail.record('login', identity.user, { kind, loginId: made.login.id, ...event });
    return made;
  };

  const provider = () => {
    if (o.oidc) return o.oidc;
    throw new GatewayError('not-found', 'No identity provider is set up.');
  };

  const verbs: Pick<GatewayService, Verbs> = {
    async signIn({ user, password, address }, kind) {
      const isKnown = directory.users.has(user);
      const event = { method: 'password', address };
      try {
        const key = `${address} ${user.slice(0, 128)}`;
        byAddress.attempt(address);
        bySource.attempt(key);
        const isRight = (await o.passwords.isRight(user, password.slice(0, 1024))) && isKnown;
        const ends = Date.parse(directory.users.get(user)?.spec?.expires ?? '');
        if (!isRight || ends <= clock().getTime()) throw new GatewayError('bad-login', BAD_LOGIN);
        const made = enter(identityOfUser(directory, user), kind, event);
        bySource.forgive(key);
        return made;
      } catch (error) {
        // Names that nobody has may be passwords in the wrong field.
        return trail.failed('login', isKnown ? user : '', { kind, ...event }, error);
      }
    },
    beginOidc: async () => provider().signIn.begin(),
    async finishOidc({ flow, callback, address }) {
      const event = { method: 'oidc', address };
      try {
        byAddress.attempt(address);
        const { signIn, connector } = provider();
        const claims = await signIn.finish(flow, callback);
        return enter(identityOfClaims(connector, claims, taken), 'portal', event);
      } catch (error) {
        return trail.failed('login', '', { kind: 'portal', ...event }, error);
      }
    },
    find: (token, kinds) => logins.find(token, kinds, clock()),
    signOut(token) {
      const login = logins.find(token, ['portal', 'bearer', 'bot'], clock());
      if (login) end(({ id }) => (id === login.id ? 'Signed out.' : undefined));
    },
    // Names of the documents are nobody's at an identity provider.
    hasPassword: ({ user }) => directory.users.has(user) && o.info.login.password,
    csrfToken,
    isCsrfToken: (token, value) => isSame(csrfToken(token), value),
    browserLogin: createDeviceLogins({
      clock,
      publicAddress: o.info.publicAddress,
      issue({ user, traits, id }: LoginSession, { address }) {
        const identity = { user, traits, roles: logins.baseRoles(id) };
        return enter(identity, 'bearer', { method: 'browser', address });
      },
    }),
  };
  return {
    verbs,
    /** A job that has shown who it is: its token's roles, and those of its user where there is one. */
    join({ tokenName, roles, botName }: Joined) {
      const user = botName === undefined ? `join:${tokenName}` : `bot-${botName}`;
      const isKnown = botName !== undefined && directory.users.has(user);
      const own = isKnown ? identityOfUser(directory, user) : { user, roles: [], traits: {} };
      const identity = { ...own, roles: [...roles, ...own.roles] };
      const { token, login } = enter(identity, 'bot', { method: 'join', tokenName });
      return { token, user, expiresAt: login.expiresAt };
    },
  };
}

/**
 * Who an identity provider says somebody is, as the connector maps it.
 *
 * @throws Refusal `bad-login` without a usable name or any role
 */
function identityOfClaims(
  connector: OidcConnector,
  all: Claims,
  taken: ReadonlySet<string>,
): Identity {
  const { username_claim: usernameClaim, allow_unverified_email: allowUnverifiedEmail } =
    connector.spec;
  const { user, claims } = personOfClaims(all, { usernameClaim, allowUnverifiedEmail, taken });
  const { roles, traits } = mapConnectorClaims(connector, claims);
  if (roles.length > 0) return { user, roles, traits };
  throw badLogin('Your groups at the identity provider give you no role here');
}
