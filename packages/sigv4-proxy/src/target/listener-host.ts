import { SigV4ProxyError } from '../errors.js';
import { parseIpv6 } from './ip-address.js';
import type { TargetOptions } from './target-options.js';

/** The Host header of a request to the listener, taken apart. */
export interface ListenerHost {
  /** Labels in front of the listener's name, such as a bucket, in lower case. Empty for most requests. */
  readonly labels: readonly string[];
  /** A host prefix that a client glued on, such as `stream-` of `stream-localhost`. Not checked yet. */
  readonly glued: string;
}

const MAX_HOST = 253 + 8;
const DEFAULT_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const LABELS = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/;
const GLUED = /^((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*)([a-z0-9][a-z0-9-]{0,40}-)$/;

/**
 * Matches the Host header with the listener's names. A name from elsewhere in it means that a web page or a DNS answer led a
 * browser here, so nothing else is taken.
 *
 * @param host attacker-controlled
 * @throws {@link SigV4ProxyError} `bad-host`
 */
export function matchListenerHost(host: string, listener: TargetOptions['listener']): ListenerHost {
  const match = /^([^:]+|\[[0-9a-fA-F:.]+\])(?::([0-9]{1,5}))?$/.exec(
    host.length <= MAX_HOST ? host : '',
  );
  if (match === null) throw badHost();
  const [, text = '', port] = match;
  if (listener?.port !== undefined && (port ?? '443') !== String(listener.port)) throw badHost();
  const name = text.toLowerCase();
  const names = (listener?.names ?? DEFAULT_NAMES).map((own) => own.toLowerCase());
  if (names.some((own) => isSameName(own, name))) return { labels: [], glued: '' };
  const under = names
    .filter((own) => /[a-z]/.test(own) && name.endsWith(own))
    .sort((a, b) => b.length - a.length);
  for (const own of under) {
    const front = name.slice(0, -own.length);
    if (front.endsWith('.') && LABELS.test(front)) {
      return { labels: front.slice(0, -1).split('.'), glued: '' };
    }
    const glued = GLUED.exec(front);
    if (glued?.[2] !== undefined) {
      const labels = (glued[1] ?? '').split('.').filter((label) => label !== '');
      return { labels, glued: glued[2] };
    }
  }
  throw badHost();
}

function isSameName(own: string, name: string): boolean {
  if (own === name) return true;
  const [a, b] = [own, name].map((text) => parseIpv6(text.replace(/^\[|\]$/g, '')));
  return a !== undefined && b !== undefined && a.join() === b.join();
}

function badHost(): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-host',
    'The Host header is neither a name of this listener with its port nor a name under one; use the endpoint URL as it was given out.',
  );
}
