import { createOperationNamer, type NamerQuery } from '../operation/operation-namer.js';
import { loadRestRoutes, type RestRoutes } from '../operation/rest-routes.js';
import type { ProxyRequest } from '../request.js';
import type { VerifiedSignature } from '../sigv4/prove-signature.js';
import type { Target, TargetOptions } from '../target/target-options.js';
import type { VendedCall } from '../vended/find-vended-call.js';
import type { Frame } from './check-frame.js';
import { checkVendedCall, type VendedPolicy } from './check-vended-call.js';
import { createDestinationResolver } from './resolve-destination.js';

/** What a proxy knows about the services of AWS: where they are, what their operations are called, which of them hand out keys. */
export interface Catalog {
  readonly routes: RestRoutes;
  /** See {@link createDestinationResolver}. */
  resolveDestination(
    request: ProxyRequest,
    frame: Frame,
    verified: Pick<VerifiedSignature, 'service' | 'region' | 'algorithm' | 'regionSet'>,
  ): Target;
  /** See {@link createOperationNamer}. */
  nameOperation(query: NamerQuery): string | undefined;
  /** See {@link checkVendedCall}. */
  checkVendedCall(
    service: string,
    operation: string | undefined,
    policy: VendedPolicy,
  ): VendedCall | undefined;
}

/**
 * Opens the catalog for one proxy, with its memories.
 *
 * @param o how destinations are chosen
 */
export async function createCatalog(o: TargetOptions): Promise<Catalog> {
  const routes = await loadRestRoutes();
  const resolve = createDestinationResolver(o);
  const name = createOperationNamer();
  return {
    routes,
    resolveDestination: (request, frame, verified) => resolve(request, frame, verified, routes),
    nameOperation: (query) => name(query, routes),
    checkVendedCall,
  };
}
