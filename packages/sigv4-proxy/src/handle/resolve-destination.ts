import { LRUCache } from 'lru-cache';
import type { RestRoutes } from '../operation/rest-routes.js';
import type { ProxyRequest } from '../request.js';
import type { VerifiedSignature } from '../sigv4/prove-signature.js';
import { resolveTarget } from '../target/resolve-target.js';
import type { Target, TargetOptions } from '../target/target-options.js';
import type { Frame } from './check-frame.js';
import { targetOptionsOf } from './target-options-of.js';

/** Finds the destination of a verified request. */
export type DestinationResolver = (
  request: ProxyRequest,
  frame: Frame,
  verified: Pick<VerifiedSignature, 'service' | 'region' | 'algorithm' | 'regionSet'>,
  routes: RestRoutes,
) => Target;

const REMEMBERED = 256;
const MAX_KEY = 1024;

/**
 * Makes a resolver that remembers the destinations of RPC calls: `POST /` without headers that route, where host, scope and
 * X-Amz-Target are all that counts. Refusals are never remembered, nor is anything whose path or headers could matter.
 *
 * @param o how destinations are chosen; the same for all requests
 */
export function createDestinationResolver(o: TargetOptions): DestinationResolver {
  const known = new LRUCache<string, Target>({ max: REMEMBERED });
  // Looked at first: for calls like the one before, no key is put together.
  let last: LastCall | undefined;
  return (request, frame, { service, region, algorithm, regionSet }, routes) => {
    const { mode, connectTarget, serverName, listener, method, headers } = request;
    const resolve = (): Target =>
      resolveTarget(
        {
          mode,
          host: frame.host ?? '',
          connectTarget,
          serverName,
          scope: { service, region },
          algorithm,
          regionSet,
          method,
          path: frame.target,
          target: frame.amzTarget,
          headers,
        },
        targetOptionsOf(o, request, routes),
      );
    const isRpc =
      frame.target === '/' &&
      method === 'POST' &&
      mode !== 'forwarded' &&
      region !== null &&
      !frame.routingHeaders &&
      !service.startsWith('s3');
    if (!isRpc) return resolve();
    if (last !== undefined && isSame(last, request, frame, service, region)) return last.target;
    const ports = `${listener?.names.join(',') ?? ''}\n${listener?.port ?? ''}`;
    const where = `${mode}\n${frame.host}\n${connectTarget}\n${serverName}\n${ports}`;
    const key = `${where}\n${service}\n${region}\n${frame.amzTarget}`;
    if (key.length > MAX_KEY) return resolve();
    let target = known.get(key);
    if (target === undefined) {
      target = resolve();
      known.set(key, target);
    }
    const { host, amzTarget } = frame;
    last = { mode, host, connectTarget, serverName, listener, service, region, amzTarget, target };
    return target;
  };
}

/** A call, with all that its destination depends on. */
interface LastCall
  extends Pick<ProxyRequest, 'mode' | 'connectTarget' | 'serverName' | 'listener'> {
  readonly host: string | undefined;
  readonly service: string;
  readonly region: string | null | undefined;
  readonly amzTarget: string | undefined;
  readonly target: Target;
}

function isSame(
  last: LastCall,
  { mode, connectTarget, serverName, listener }: ProxyRequest,
  { host, amzTarget }: Frame,
  service: string,
  region: string | null | undefined,
): boolean {
  return (
    last.host === host &&
    last.amzTarget === amzTarget &&
    last.service === service &&
    last.region === region &&
    last.mode === mode &&
    last.connectTarget === connectTarget &&
    last.serverName === serverName &&
    // The same list of names, not one like it: comparing them all would cost what this saves.
    last.listener?.names === listener?.names &&
    last.listener?.port === listener?.port
  );
}
