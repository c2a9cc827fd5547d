import * as aws from '../../packages/config/dist/aws/index.js';
import { parseDuration } from '../../packages/config/dist/duration/duration.js';
import { resolveServiceEndpoint } from '../../packages/config/dist/endpoints/index.js';
import { codeOrValue, outcome } from './compare.mjs';

/** @type {Record<string, import('./run-cases.mjs').Runner>} */
export const groups = {
  partition({ input, expect }) {
    return outcome(
      expect,
      codeOrValue(() => partitionView(input)),
    );
  },

  'endpoint-resolve'({ input, expect }) {
    const { useFips, useDualstack, ...query } = input;
    return outcome(
      expect,
      codeOrValue(() =>
        resolveServiceEndpoint({
          ...query,
          useFipsEndpoint: useFips,
          useDualstackEndpoint: useDualstack,
          unknown: 'aws',
        }),
      ),
    );
  },

  'sts-endpoint'({ input, expect }) {
    const { region, mode, useFips, useDualstack } = input;
    const got = codeOrValue(() => {
      const { url, signingName, signingRegion } = resolveServiceEndpoint({
        service: 'sts',
        region,
        stsMode: mode,
        useFipsEndpoint: useFips,
        useDualstackEndpoint: useDualstack,
      });
      return { url, signingName, signingRegion };
    });
    return outcome(expect, got);
  },

  'console-uri'({ input, expect }) {
    return outcome(expect, aws.checkConsoleUri(input.uri));
  },

  duration({ input, expect }) {
    if (input?.kind !== 'parse') return undefined;
    return outcome(
      expect,
      codeOrValue(() => ({ seconds: parseDuration(input.text) })),
    );
  },

  'session-ttl'({ kind, value, expect }) {
    if (kind !== 'parse') return undefined;
    const got = codeOrValue(() => ({ seconds: parseDuration(value) }));
    return outcome(expect, got.error ? { error: true } : got);
  },

  'aws-role-list'({ kind, arn, expect }) {
    if (kind !== 'parse') return undefined;
    const got = codeOrValue(() => aws.parseIamRoleArn(arn));
    if (got.error) return outcome(expect, { valid: false });
    const { partition, accountId, resource } = got;
    return outcome(expect, { valid: true, partition, accountId, resource });
  },
};

function partitionView({ arn, region }) {
  if (arn !== undefined) return { partition: aws.parseArn(arn).partition };
  const found = aws.resolvePartition(region, { unknown: 'aws' });
  const { name, dnsSuffix, dualStackDnsSuffix, implicitGlobalRegion, matchedBy } = found;
  return { partition: name, dnsSuffix, dualStackDnsSuffix, implicitGlobalRegion, matchedBy };
}
