import type { HeaderList } from '../request.js';
import type { RestRequest } from './match-rest.js';

const MAX_PARAMETERS = 1000;

/**
 * Takes a raw request target apart for the look-up of operations. Nothing is normalised: what AWS would read differently must not
 * match. Undecodable query names stay as they are.
 *
 * @param target path and query, attacker-controlled
 */
export function readRestRequest(method: string, target: string, headers: HeaderList): RestRequest {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new Map<string, string>();
  const pairs = mark < 0 ? [] : target.slice(mark + 1).split('&', MAX_PARAMETERS);
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (!query.has(name)) query.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return {
    method,
    segments: path.slice(1).split('/'),
    query,
    headerNames: new Set(headers.map(([name]) => name.toLowerCase())),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
