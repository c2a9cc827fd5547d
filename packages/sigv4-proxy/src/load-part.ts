import { SigV4ProxyError } from './errors.js';

/**
 * Loads a part of the package that few requests need, or that can come while the rest is at work already. The platform keeps
 * what it has loaded, so nothing is kept here.
 *
 * @param load the dynamic import
 * @throws SigV4ProxyError `internal` when the part is not there or is broken: the request ends with it, like with any other fault
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    throw new SigV4ProxyError(
      'internal',
      'A part of the proxy cannot be loaded: install it anew.',
      {
        cause,
      },
    );
  }
}
