import type { State } from '../call.js';
import { classifyHost } from '../hosts/classify-host.js';
import { type PartitionName, partitionOf } from '../hosts/partitions.js';
import type { Answer } from '../http/answer.js';
import { type QueryPairs, queryValue } from '../http/query.js';
import type { RecordDraft } from '../request-log.js';
import { page } from './page.js';

/** Name of the cookie that a browser holds after the login. */
export const CONSOLE_COOKIE = 'aws-creds';

/** login: a token in, the console out. */
export function login(
  state: State,
  partition: PartitionName,
  pairs: QueryPairs,
  now: Date,
  draft: RecordDraft,
): Answer {
  const token = queryValue(pairs, 'SigninToken') ?? '';
  const grant = state.signinTokens.find(token, now);
  if (!grant || grant.partition !== partition) {
    return page(
      400,
      'Amazon Web Services Sign-In',
      'Your request contains an invalid or expired sign-in token.',
    );
  }
  draft.principal = grant.session.arn;
  const issuer = queryValue(pairs, 'Issuer');
  if (issuer !== undefined && issuer !== '' && !isHttps(issuer)) {
    return page(400, 'Bad request', 'Issuer must be an https address.');
  }
  const destination = queryValue(pairs, 'Destination') ?? '';
  if (!leadsToConsole(destination, partition)) {
    return page(400, 'Bad request', 'Destination must be a console address of this partition.');
  }
  const cookie = state.signinTokens.startConsole(grant);
  const domain = partitionOf(partition).consoleHost.replace(/^console\./, '');
  return {
    status: 302,
    headers: {
      location: destination,
      'cache-control': 'no-store',
      'set-cookie': `${CONSOLE_COOKIE}=${cookie}; Domain=.${domain}; Path=/; Secure; HttpOnly`,
    },
  };
}

function leadsToConsole(text: string, partition: PartitionName): boolean {
  if (!isHttps(text)) return false;
  const url = new URL(text);
  const host = classifyHost(url.hostname);
  const plain = url.username === '' && url.password === '' && url.port === '';
  return plain && host?.kind === 'console' && host.partition === partition;
}

/** True for an absolute https address in plain ASCII. */
export function isHttps(text: string): boolean {
  // Printable ASCII without backslash, checked before the parser, which would silently repair the rest.
  return /^https:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(text) && URL.canParse(text);
}
