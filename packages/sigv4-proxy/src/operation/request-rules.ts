import { compileWildcard } from '@postern/config/wildcard';
import { checkPatterns } from './check-pattern.js';
import { isReadOnlyOperation } from './read-only.js';

/** Patterns to allow and to deny. Deny wins; without `allow` everything else is allowed. `*` stands for any text. */
export interface AllowDenyList {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/** What {@link createRequestRules} checks. Lists that are left out allow everything. */
export interface RequestRulesOptions {
  /** Signing names, such as `s3`. */
  readonly services?: AllowDenyList | undefined;
  /** Signing regions. A request that is signed for several regions needs all of them. */
  readonly regions?: AllowDenyList | undefined;
  /**
   * `service:Operation`, such as `s3:Get*`. An operation that cannot be named is allowed only by `service:*` or
   * `service:*unknown*`, and denied by every deny pattern for its service.
   */
  readonly operations?: AllowDenyList | undefined;
  /**
   * Only operations that read, without those that read secrets, hand out credentials or take tasks, see `isReadOnlyOperation`.
   * What cannot be named is denied. Default false.
   */
  readonly readOnly?: boolean | undefined;
}

/** The request that is checked; the `AwsRequest` of the proxy fits. */
export interface RuledRequest {
  readonly service: string;
  /** Several regions are joined with commas. */
  readonly region: string | undefined;
  /** Undefined, or `*unknown*` as in an action, when it cannot be told. */
  readonly operation: string | undefined;
}

/** A decision with every rule that spoke against the request. */
export type RequestRulesDecision =
  | { readonly decision: 'allow'; readonly reasons: readonly [] }
  | { readonly decision: 'deny'; readonly reasons: readonly [string, ...string[]] };

/** What stands for an operation without a name in an action. */
const UNKNOWN = '*unknown*';

type Check = (request: RuledRequest) => string | undefined;

/**
 * Compiles allow and deny lists into one decision function, for use in `authorize`.
 *
 * @param options patterns are compared case-sensitively and with both ends
 * @throws SigV4ProxyError `invalid-option` for a pattern that can never match, such as `GetObject` or `S3:*`
 *
 * @example
 * ```ts
 * const rules = createRequestRules({ services: { allow: ['s3', 'sts'] }, readOnly: true });
 * rules({ service: 's3', region: 'eu-west-1', operation: 'PutObject' }).decision; // 'deny'
 * ```
 */
export function createRequestRules(
  options: RequestRulesOptions,
): (request: RuledRequest) => RequestRulesDecision {
  checkPatterns('service', options.services ?? {});
  checkPatterns('region', options.regions ?? {});
  checkPatterns('operation', options.operations ?? {});
  const checks: Check[] = [
    serviceCheck(options.services),
    regionCheck(options.regions),
    operationCheck(options.operations),
  ];
  if (options.readOnly) checks.push(readOnlyCheck);
  return (request) => {
    const [first, ...rest] = checks.flatMap((check) => check(request) ?? []);
    if (first === undefined) return { decision: 'allow', reasons: [] };
    return { decision: 'deny', reasons: [first, ...rest] };
  };
}

function serviceCheck(list: AllowDenyList = {}): Check {
  const judge = compileList(list);
  return ({ service }) => {
    const verdict = judge(service);
    return verdict && `Service ${service} is ${verdict}.`;
  };
}

function regionCheck(list: AllowDenyList = {}): Check {
  const judge = compileList(list);
  const isFree = list.allow === undefined && list.deny === undefined;
  return ({ region }) => {
    if (isFree) return undefined;
    if (region === undefined) return 'The request names no region to compare with the lists.';
    for (const one of region.split(',')) {
      const verdict = judge(one);
      if (verdict) return `Region ${one} is ${verdict}.`;
      // A region pattern of a multi-region signature covers regions that a deny list may name.
      if (one.includes('*') && list.deny !== undefined) return `Region ${one} is denied.`;
    }
    return undefined;
  };
}

function operationCheck(list: AllowDenyList = {}): Check {
  const judge = compileList(list);
  const denied = list.deny ?? [];
  return ({ service, operation }) => {
    if (operation !== undefined && operation !== UNKNOWN) {
      const verdict = judge(`${service}:${operation}`);
      return verdict && `Operation ${service}:${operation} is ${verdict}.`;
    }
    const unknown = `Operation ${service}:*unknown*`;
    if (denied.some((pattern) => isFor(service, pattern))) return `${unknown} is denied.`;
    if (list.allow === undefined) return undefined;
    const isAllowed = list.allow.some(
      (pattern) => isFor(service, pattern) && /^(?:\*|[^:]*:(?:\*|\*unknown\*))$/.test(pattern),
    );
    return isAllowed ? undefined : `${unknown} is not allowed.`;
  };
}

/** Whether the part of a pattern in front of the colon fits the service. */
function isFor(service: string, pattern: string): boolean {
  return compileWildcard(pattern.split(':', 1)[0] ?? '')(service);
}

const readOnlyCheck: Check = ({ service, operation }) => {
  if (operation !== undefined && isReadOnlyOperation(service, operation)) return undefined;
  return `Operation ${service}:${operation ?? '*unknown*'} is not one that only reads.`;
};

function compileList(list: AllowDenyList): (value: string) => 'denied' | 'not allowed' | undefined {
  const deny = (list.deny ?? []).map((pattern) => compileWildcard(pattern));
  const allow = list.allow?.map((pattern) => compileWildcard(pattern));
  return (value) => {
    if (deny.some((matches) => matches(value))) return 'denied';
    return allow && !allow.some((matches) => matches(value)) ? 'not allowed' : undefined;
  };
}
