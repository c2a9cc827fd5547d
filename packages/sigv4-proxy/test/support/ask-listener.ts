import { loadRestRoutes } from '../../src/operation/rest-routes.js';
import { resolveTarget } from '../../src/target/resolve-target.js';
import type { Target, TargetOptions, TargetQuery } from '../../src/target/target-options.js';

const routes = await loadRestRoutes();
const LISTENER = { names: ['localhost', '127.0.0.1', '[::1]'], port: 8124 };

/** Resolves a request to a listener on localhost:8124: scope as service/region, request as method and path. */
export const askListener = (
  scope: string,
  request = 'POST /',
  more: Partial<TargetQuery> & { front?: string } = {},
  options: TargetOptions = {},
): Target => {
  const [service = '', region = ''] = scope.split('/');
  const [method = '', path = ''] = request.split(' ');
  const { front = '', ...query } = more;
  const host = `${front}localhost:8124`;
  return resolveTarget(
    { mode: 'endpoint-url', host, scope: { service, region }, method, path, ...query },
    { listener: LISTENER, routes, ...options },
  );
};
