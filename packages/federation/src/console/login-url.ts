import { FederationError } from '../errors.js';
import { percentEncode } from '../support/redact.js';
import { resolveConsoleDestination } from './destination.js';
import {
  classifySigninHost,
  type FederationEndpointQuery,
  resolveFederationEndpoint,
  signinHost,
} from './federation-endpoint.js';

/** Parts of a login address. */
export interface LoginUrlQuery extends FederationEndpointQuery {
  /** The console page to open; checked as by resolveConsoleDestination. */
  readonly destination: string;
  /** From processSigninTokenResponse. */
  readonly signinToken: string;
  /** https address of your login page; the console leads there when the session ends. Default: none. */
  readonly issuer?: string | undefined;
  /** See resolveConsoleDestination. Default false. */
  readonly allowInferredHosts?: boolean | undefined;
}

/**
 * Builds the address that logs a browser in to the console. It is a secret for 15 minutes: send it as a redirect over
 * TLS with `cache-control: no-store` and `referrer-policy: no-referrer`, or open it on the same machine.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 * @throws {@link FederationError} `missing-signin-token`, `invalid-issuer`, or a code of resolveConsoleDestination or
 *   resolveFederationEndpoint
 *
 * @example
 * ```ts
 * const url = formatLoginUrl({
 *   partition: 'aws',
 *   destination: resolveConsoleDestination({ service: 'ec2', partition: 'aws' }),
 *   signinToken: 'from the sign-in endpoint',
 *   issuer: 'https://access.example.com',
 * });
 * ```
 */
export function formatLoginUrl(q: LoginUrlQuery): URL {
  if (!q.signinToken) {
    throw new FederationError({
      code: 'missing-signin-token',
      message: 'The login address needs the sign-in token of getSigninToken.',
    });
  }
  const { partition, allowInferredHosts } = q;
  const destination = resolveConsoleDestination({
    url: q.destination,
    partition,
    allowInferredHosts,
  });
  const parameters = [
    'Action=login',
    ...(q.issuer ? [`Issuer=${percentEncode(checkIssuer(q.issuer))}`] : []),
    `Destination=${percentEncode(destination)}`,
    `SigninToken=${percentEncode(q.signinToken)}`,
  ];
  return new URL(`${resolveFederationEndpoint(q)}?${parameters.join('&')}`);
}

/** The address that the console links to. @throws FederationError `invalid-issuer` */
export function checkIssuer(issuer: string): string {
  const url = /^https:\/\/[!-[\]-~]+$/i.test(issuer) ? tryUrl(issuer) : undefined;
  if (url && url.username === '' && url.password === '' && issuer.length <= 2048) return issuer;
  throw new FederationError({
    code: 'invalid-issuer',
    message:
      'The issuer must be an https address without user information, such as https://access.example.com.',
  });
}

/** Which logout is wanted. Give partition, loginUrl or both. */
export interface LogoutUrlQuery {
  /** Default: that of the login address. */
  readonly partition?: string | undefined;
  /** For a regional sign-in host. Default: that of the login address, or the host of the partition. */
  readonly region?: string | undefined;
  /** Default: as the login address, or false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** A login address to go on with after the logout. Default: none. */
  readonly loginUrl?: string | URL | undefined;
}

/**
 * Builds the address that ends the console session of a browser and, with a login address, starts the new one. That
 * avoids the page which asks to log out first. With AWS multi-session switched on it also ends the other sessions.
 *
 * @throws {@link FederationError} `invalid-login-url` when loginUrl is no login address of AWS (it would make an open
 *   redirect), `partition-mismatch` when it belongs to another partition, or a code of resolveFederationEndpoint
 *
 * @example
 * ```ts
 * formatLogoutUrl({ partition: 'aws' }); // ends the session, and goes nowhere else
 * ```
 */
export function formatLogoutUrl(q: LogoutUrlQuery): URL {
  const { partition, region, useFipsEndpoint, loginUrl } = q;
  if (loginUrl === undefined) {
    const host = signinHost({ partition: partition ?? '', region, useFipsEndpoint });
    return new URL(`https://${host}/oauth?Action=logout`);
  }
  const home = readLoginUrl(String(loginUrl));
  if (partition !== undefined && partition !== home.partition) {
    throw new FederationError({
      code: 'partition-mismatch',
      message: `The login address belongs to partition ${home.partition}, not to ${partition}.`,
    });
  }
  const host = signinHost({
    partition: home.partition,
    region: region ?? home.region,
    useFipsEndpoint: useFipsEndpoint ?? home.useFipsEndpoint,
  });
  const redirect = percentEncode(String(loginUrl));
  return new URL(`https://${host}/oauth?Action=logout&redirect_uri=${redirect}`);
}

function readLoginUrl(text: string): FederationEndpointQuery {
  const found = signinAddress(text);
  const isLogin =
    found?.url.pathname === '/federation' && found.url.searchParams.get('Action') === 'login';
  if (isLogin) return found.home;
  throw invalidLoginUrl();
}

function signinAddress(text: string) {
  const url = /^https:\/\/[!-[\]-~]+$/.test(text) ? tryUrl(text) : undefined;
  if (!url || url.username || url.password) return undefined;
  const home = classifySigninHost(url.host);
  return home && { url, home };
}

function invalidLoginUrl(): FederationError {
  return new FederationError({
    code: 'invalid-login-url',
    message: 'The login address is none of an AWS sign-in host: give one made by formatLoginUrl.',
  });
}

function tryUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** How a Firefox container shows up. */
export interface FirefoxContainerQuery {
  /** Name of the container; the label of the session is a good one. */
  readonly name: string;
  /** The login address. */
  readonly loginUrl: string | URL;
  /** Colour word of Firefox, such as `red`. */
  readonly color: string;
  /** Icon word of Firefox, such as `fence`. */
  readonly icon: string;
}

/**
 * Builds the address that opens a login in a Firefox container of its own, so that several sessions live side by side.
 * The Granted Containers add-on handles it. It holds the login address and is as secret.
 *
 * @see https://github.com/common-fate/granted-containers
 *
 * @example
 * ```ts
 * declare const session: ConsoleSession;
 * const uri = formatFirefoxContainerUri({
 *   name: session.label,
 *   loginUrl: session.loginUrl,
 *   color: 'red',
 *   icon: 'fence',
 * });
 * ```
 */
export function formatFirefoxContainerUri(q: FirefoxContainerQuery): string {
  const { name, loginUrl, color, icon } = q;
  if (signinAddress(String(loginUrl)) === undefined) throw invalidLoginUrl();
  const members = { name, url: String(loginUrl), color, icon };
  const pairs = Object.entries(members).map(([key, value]) => `${key}=${percentEncode(value)}`);
  return `ext+granted-containers:${pairs.join('&')}`;
}
