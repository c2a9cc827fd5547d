import type { RestRoutes } from '../operation/rest-routes.js';
import type { ProxyRequest } from '../request.js';
import type { TargetOptions } from '../target/target-options.js';

/** How the destination of this request is chosen. */
export function targetOptionsOf(
  o: TargetOptions,
  request: ProxyRequest,
  routes: RestRoutes,
): TargetOptions {
  return {
    routes,
    listener: request.listener,
    useFipsEndpoint: o.useFipsEndpoint,
    useDualstackEndpoint: o.useDualstackEndpoint,
    trustForwardedHost: o.trustForwardedHost === true && request.hopTrusted === true,
    strictForwardedHeaders: o.strictForwardedHeaders,
    s3HostLabel: o.s3HostLabel,
    overrides: o.overrides,
    allowedPorts: o.allowedPorts,
  };
}
