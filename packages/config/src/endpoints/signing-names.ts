import { allServiceRules, findServiceRule } from './read-table.js';

export { serviceNames } from './read-table.js';

/** The names one service goes by. */
export interface ServiceNames {
  /** The botocore name. */
  readonly service: string;
  /** First labels of its hosts. */
  readonly endpointPrefix: string;
  /** Service name in the credential scope. */
  readonly signingName: string;
}

/**
 * Gives the endpoint prefix and the signing name of a service.
 *
 * @param service - the botocore name, such as `elbv2`
 * @returns undefined when the service is not in the table
 */
export function getServiceNames(service: string): ServiceNames | undefined {
  const rule = findServiceRule(service);
  return (
    rule && { service: rule.service, endpointPrefix: rule.prefix, signingName: rule.signingName }
  );
}

/**
 * Lists the services that sign with a name. Often more than one does: `bedrock` and `bedrock-runtime` share `bedrock`.
 *
 * @param signingName - the service part of a credential scope; case matters
 */
export function servicesSigningAs(signingName: string): readonly string[] {
  return allServiceRules()
    .filter((rule) => rule.signingName === signingName)
    .map((rule) => rule.service);
}
