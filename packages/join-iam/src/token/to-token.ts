import { parseTime } from './parse-time.js';
import { isMapping, type Mapping } from './read-fields.js';
import type { AllowRule, Token } from './types.js';

/** Copies a document that was found free of errors into a frozen token, so that later changes have no effect. */
export function toToken(document: Mapping): Token {
  const metadata = mappingAt(document, 'metadata');
  const spec = mappingAt(document, 'spec');
  const expires = metadata.expires;
  return Object.freeze({
    name: textAt(metadata, 'name') ?? '',
    joinMethod: textAt(spec, 'join_method') ?? '',
    description: textAt(metadata, 'description'),
    labels: Object.freeze(toLabels(mappingAt(metadata, 'labels'))),
    expires:
      expires instanceof Date ? new Date(expires) : parseTime(textAt(metadata, 'expires') ?? ''),
    roles: Object.freeze(listAt(spec, 'roles').filter((role) => typeof role === 'string')),
    botName: textAt(spec, 'bot_name'),
    allow: Object.freeze(listAt(spec, 'allow').filter(isMapping).map(toRule)),
  });
}

function toRule(rule: Mapping): AllowRule {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rule)) {
    copy[name] = isMapping(value) ? Object.freeze(toLists(value)) : value;
  }
  return Object.freeze(copy);
}

function toLists(mapping: Mapping): Record<string, readonly unknown[]> {
  return Object.fromEntries(
    Object.entries(mapping).map(([name, list]) => [
      name,
      Object.freeze(Array.isArray(list) ? [...list] : []),
    ]),
  );
}

function toLabels(mapping: Mapping): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(mapping)) {
    if (typeof value === 'string') labels[name] = value;
  }
  return labels;
}

function mappingAt(mapping: Mapping, name: string): Mapping {
  const value = mapping[name];
  return isMapping(value) ? value : {};
}

function listAt(mapping: Mapping, name: string): readonly unknown[] {
  const value = mapping[name];
  return Array.isArray(value) ? value : [];
}

function textAt(mapping: Mapping, name: string): string | undefined {
  const value = mapping[name];
  return typeof value === 'string' ? value : undefined;
}
