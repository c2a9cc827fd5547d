import { SigV4ProxyError } from '../errors.js';
import type { ProxyRequest } from '../request.js';

const URL_FORM = /^https?:\/\/([^/?#@\s]+)(\/[^#\s]*)$/;

/**
 * Turns the text of a URL into the request it stands for. The text is taken as it is: parsing it as a URL would change what was
 * signed.
 *
 * @throws SigV4ProxyError `bad-target`
 */
export function requestOfUrl(
  url: string,
  o: Pick<ProxyRequest, 'method' | 'clientAddress' | 'listener' | 'headers'>,
): ProxyRequest {
  const [, host, target] = URL_FORM.exec(url) ?? [];
  if (host === undefined || target === undefined || url.length > 16_384) {
    throw new SigV4ProxyError(
      'bad-target',
      'The text is no presigned https URL: send the URL alone.',
    );
  }
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const own = o.listener?.names.some((one) => name === one || name.endsWith(`.${one}`)) ?? false;
  return {
    method: o.method,
    target,
    headers: [['Host', host], ...o.headers],
    secure: true,
    clientAddress: o.clientAddress,
    ...(own
      ? { mode: 'endpoint-url', listener: o.listener }
      : { mode: 'connect', connectTarget: `${name}:443` }),
  };
}
