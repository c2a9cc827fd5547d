import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** A real OpenID provider on this machine. Its own pages take any name and password. */
export interface IdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

/**
 * @param redirectUri of the gateway, which is the provider's only client
 * @param groups of each person, by email address
 */
export async function startIdentityProvider(
  redirectUri: string,
  groups: Readonly<Record<string, readonly string[]>>,
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  const issuer = `http://127.0.0.1:${address.port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'postern',
        client_secret: 'secret-of-the-gateway',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    findAccount: (_, email) => ({
      accountId: email,
      claims: () => ({ sub: email, email, email_verified: true, groups: groups[email] ?? [] }),
    }),
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ['a key of the test'] },
  });
  server.on('request', provider.callback());
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
