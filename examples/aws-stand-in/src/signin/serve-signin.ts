import type { State } from '../call.js';
import type { HostMeaning } from '../hosts/classify-host.js';
import { type Answer, emptyAnswer } from '../http/answer.js';
import { parseQuery, queryValue } from '../http/query.js';
import { readBody } from '../http/read-body.js';
import { header, type WireRequest } from '../http/wire-request.js';
import type { RecordDraft } from '../request-log.js';
import { getSigninToken } from './get-signin-token.js';
import { CONSOLE_COOKIE, isHttps, login } from './login.js';
import { cookieValue, page } from './page.js';

/** Where a request for the sign-in service or the console comes from and goes to. */
export interface SigninCall {
  readonly wire: WireRequest;
  readonly host: Exclude<HostMeaning, { kind: 'service' }>;
  readonly now: Date;
  readonly draft: RecordDraft;
  readonly state: State;
}

const MAX_FORM = 64 * 1024;

/** Serves the sign-in hosts and, for browsers that have logged in, a console page. */
export async function serveSignin(call: SigninCall): Promise<Answer> {
  const { wire, host, now, draft, state } = call;
  if (host.kind === 'console') return consolePage(call);
  const { partition } = host;
  if (wire.path === '/oauth') return logout(call);
  if (wire.path !== '/federation') return page(404, 'Not found', 'There is no such page.');
  const post = wire.method === 'POST';
  if (wire.method !== 'GET' && !post) return notAllowed('GET, POST');
  // GovCloud serves the documented form only.
  if (post && partition === 'aws-us-gov') return notAllowed('GET');
  const form = header(wire, 'content-type')?.startsWith('application/x-www-form-urlencoded');
  if (post && !form) return page(415, 'Unsupported media type', 'Send a form.');
  const text = post ? (await readBody(wire, MAX_FORM)).toString('utf8') : wire.query;
  const pairs = parseQuery(text);
  const action = queryValue(pairs, 'Action');
  draft.action = `signin:${(action ?? '').slice(0, 64)}`;
  if (action === 'getSigninToken') return getSigninToken(state, partition, pairs, now, draft);
  if (action === 'login' && !post) return login(state, partition, pairs, now, draft);
  return page(400, 'Bad request', 'The Action is not known.');
}

function consolePage({ wire, host, now, draft, state }: SigninCall): Answer {
  const cookie = cookieValue(header(wire, 'cookie'), CONSOLE_COOKIE) ?? '';
  const grant = state.signinTokens.findConsole(cookie, now);
  draft.action = 'console:Open';
  if (!grant || grant.partition !== host.partition) {
    return page(403, 'Sign in', 'No console session: sign in first.');
  }
  draft.principal = grant.session.arn;
  const until = grant.consoleExpires.toISOString();
  return page(200, 'AWS Management Console', `Signed in as ${grant.session.arn} until ${until}.`);
}

function logout({ wire, now, draft, state }: SigninCall): Answer {
  const pairs = parseQuery(wire.query);
  if (queryValue(pairs, 'Action') !== 'logout') return page(400, 'Bad request', 'Unknown Action.');
  draft.action = 'signin:logout';
  const cookie = cookieValue(header(wire, 'cookie'), CONSOLE_COOKIE) ?? '';
  const grant = state.signinTokens.findConsole(cookie, now);
  if (grant) draft.principal = grant.session.arn;
  state.signinTokens.endConsole(cookie);
  const cleared = { 'set-cookie': `${CONSOLE_COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly` };
  const next = queryValue(pairs, 'redirect_uri');
  if (next === undefined) return page(200, 'Signed out', 'You are signed out.', cleared);
  if (!isHttps(next)) {
    return page(400, 'Bad request', 'redirect_uri must be an https address.');
  }
  return emptyAnswer(302, { ...cleared, location: next });
}

function notAllowed(allow: string): Answer {
  return page(405, 'Method not allowed', 'This method is not served here.', { allow });
}
