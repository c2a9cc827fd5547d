import { ConfigError, getPartition, partitionNames } from '@postern/config/aws';
import {
  createServiceHostnameParser,
  resolveServiceEndpoint,
  type ServiceEndpoint,
  serviceNames,
} from '@postern/config/endpoints';
import { describe, expect, it } from 'vitest';

const parse = createServiceHostnameParser();
const switches = [false, true];

/** Every endpoint of the table, for every published region and both switches. */
function* everyEndpoint(): Generator<{ service: string; endpoint: ServiceEndpoint }> {
  for (const region of partitionNames().flatMap((name) => getPartition(name).regions)) {
    for (const service of serviceNames()) {
      for (const useFipsEndpoint of switches) {
        for (const useDualstackEndpoint of switches) {
          try {
            const query = { service, region, useFipsEndpoint, useDualstackEndpoint };
            yield { service, endpoint: resolveServiceEndpoint(query) };
          } catch (error) {
            expect(error).toThrowWithCode(ConfigError, 'fips-not-available');
          }
        }
      }
    }
  }
}

describe('createServiceHostnameParser', () => {
  it('reads back every host that resolveServiceEndpoint gives', () => {
    const wrong: unknown[] = [];
    for (const { service, endpoint } of everyEndpoint()) {
      const host = parse(endpoint.host);
      const shared = host?.sharedWith?.includes(endpoint.partition) === true;
      const samePlace =
        host?.partition === endpoint.partition && host.signingRegion === endpoint.signingRegion;
      const sameService =
        host?.services.includes(service) === true && host.signingName === endpoint.signingName;
      if (!sameService || !(samePlace || shared)) wrong.push({ service, endpoint, host });
    }
    expect(wrong).toEqual([]);
  });
});
