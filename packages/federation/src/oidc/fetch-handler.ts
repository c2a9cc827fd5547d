import { DISCOVERY_PATH, JWKS_PATH } from './discovery.js';

/** The documents behind the two routes. */
export interface PublicDocuments {
  readonly issuer: string;
  discovery(): unknown;
  jwks(): Promise<unknown>;
}

const DISCOVERY_CACHE = 'public, max-age=3600';
/** Shorter, so that a rotated key is seen soon. */
const JWKS_CACHE = 'public, max-age=300';

/**
 * Serves the two documents. They are public: no authentication, no cookies. GET and HEAD are served, other methods
 * get 405, other paths 404. A failing key source gives 503 without details, never an empty key set.
 */
export async function servePublicDocuments(
  request: Request,
  documents: PublicDocuments,
): Promise<Response> {
  const base = new URL(documents.issuer).pathname.replace(/\/$/, '');
  const { pathname } = new URL(request.url);
  const isDiscovery = pathname === `${base}${DISCOVERY_PATH}`;
  const head = request.method === 'HEAD';
  if (!isDiscovery && pathname !== `${base}${JWKS_PATH}`) {
    return answer(404, 'no-store', { error: 'not found' }, head);
  }
  if (request.method !== 'GET' && !head) {
    return answer(405, 'no-store', { error: 'method not allowed' }, head, { allow: 'GET, HEAD' });
  }
  try {
    return isDiscovery
      ? answer(200, DISCOVERY_CACHE, documents.discovery(), head)
      : answer(200, JWKS_CACHE, await documents.jwks(), head);
  } catch {
    return answer(503, 'no-store', { error: 'unavailable' }, head, { 'retry-after': '5' });
  }
}

function answer(
  status: number,
  cacheControl: string,
  document: unknown,
  head: boolean,
  more: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify(document);
  const headers = {
    'content-type': 'application/json',
    'cache-control': cacheControl,
    'x-content-type-options': 'nosniff',
    ...more,
  };
  if (!head) return new Response(body, { status, headers });
  const length = String(Buffer.byteLength(body));
  return new Response(null, { status, headers: { ...headers, 'content-length': length } });
}
