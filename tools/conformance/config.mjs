import * as config from '@postern/config';
import * as aws from '@postern/config/aws';
import { parseDuration } from '@postern/config/duration';
import { resolveServiceEndpoint } from '@postern/config/endpoints';
import { codeOrValue, equal, outcome, subset } from './compare.mjs';

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

  'config-parse'({ input, expect }) {
    const { documents, config, diagnostics } = load(input);
    const errors = diagnostics.filter((item) => item.severity === 'error').map(faultView);
    const warnings = diagnostics.filter((item) => item.severity === 'warning').map(faultView);
    const got = { ok: errors.length === 0, documents, config, errors, warnings };
    return outcome(expect, got, sameLoad);
  },

  locks({ kind, lock, expect }) {
    if (kind !== 'validate') return undefined;
    const { name, ...spec } = lock;
    const text = JSON.stringify({ kind: 'lock', version: 'v2', metadata: { name }, spec });
    const { resources } = config.loadResources([{ text }]);
    return outcome(expect, resources.length === 1 ? { ok: true } : { error: true });
  },

  'aws-role-list'({ kind, arn, expect }) {
    if (kind !== 'parse') return undefined;
    const got = codeOrValue(() => aws.parseIamRoleArn(arn));
    if (got.error) return outcome(expect, { valid: false });
    const { partition, accountId, resource } = got;
    return outcome(expect, { valid: true, partition, accountId, resource });
  },
};

function load({ loader, text, strict }) {
  if (loader === 'resources') {
    const { resources, diagnostics } = config.loadResources([{ text }], { strict });
    return { documents: resources.map((resource) => config.normalize(resource)), diagnostics };
  }
  const loadFile = loader === 'service' ? config.loadServiceConfig : config.loadHelmValues;
  const { config: found, diagnostics } = loadFile({ text }, { strict });
  return { config: found && config.normalize(found), diagnostics };
}

function faultView({ code, path, document, hint, start }) {
  return {
    code,
    path,
    line: start.line,
    column: start.column,
    document: document || undefined,
    hint,
  };
}

function sameLoad(expect, got) {
  const { errors, warnings, match, ...rest } = expect;
  const seen = Object.fromEntries(Object.keys(rest).map((key) => [key, got[key]]));
  return (
    (match === 'subset' ? subset : equal)(rest, seen) &&
    sameFaults(errors ?? [], got.errors) &&
    (warnings === undefined || sameFaults(warnings, got.warnings))
  );
}

/** Exactly these faults in this order, compared by the members given. */
function sameFaults(expected, got) {
  return (
    got.length === expected.length &&
    expected.every(({ lineBetween, ...members }, index) => {
      const { line } = got[index];
      const [from, to] = lineBetween ?? [line, line];
      return subset(members, got[index]) && line >= from && line <= to;
    })
  );
}

function partitionView({ arn, region }) {
  if (arn !== undefined) return { partition: aws.parseArn(arn).partition };
  const found = aws.resolvePartition(region, { unknown: 'aws' });
  const { name, dnsSuffix, dualStackDnsSuffix, implicitGlobalRegion, matchedBy } = found;
  return { partition: name, dnsSuffix, dualStackDnsSuffix, implicitGlobalRegion, matchedBy };
}
