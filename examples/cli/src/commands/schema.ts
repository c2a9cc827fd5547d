import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type FileKind,
  type JsonSchema,
  type ResourceKind,
  resourceKinds,
  schemaFor,
} from '@postern/config';
import { CliError, usageError } from '../cli-error.js';
import type { Command } from '../command.js';
import { onlyWord, textOption } from '../options.js';
import { hint } from '../suggest.js';

const fileKinds: readonly FileKind[] = ['service', 'helm'];
const kinds: readonly (ResourceKind | FileKind)[] = [...resourceKinds, ...fileKinds];

/** `postern schema`: what editors need to complete and check documents while they are written. */
export const schema: Command = {
  name: 'schema',
  group: 'Set up',
  summary: 'write the JSON Schemas of the documents, for yaml-language-server and other editors',
  operands: '[KIND]',
  completes: kinds,
  options: {
    out: {
      type: 'string',
      value: 'DIR',
      summary: 'write a file a kind, and resource.json for all kinds; default: print one',
    },
  },
  examples: [
    'postern schema role',
    'postern schema --out .schemas   # then: # yaml-language-server: $schema=.schemas/resource.json',
  ],
  async run(input) {
    const word = onlyWord(input, schema);
    const kind = kinds.find((name) => name === word);
    if (word !== undefined && !kind) {
      throw usageError(
        `there is no kind "${word}"${hint(word, kinds) || `; there are: ${kinds.join(', ')}`}`,
      );
    }
    const out = textOption(input, 'out');
    if (out === undefined) {
      input.out(formatSchema(kind ? schemaFor(kind) : anyResource()));
      return 0;
    }
    const folder = resolve(input.cwd, out);
    const files = kind ? [kind] : kinds;
    try {
      mkdirSync(folder, { recursive: true });
      for (const name of files)
        writeFileSync(`${folder}/${name}.json`, formatSchema(schemaFor(name)));
      if (!kind) writeFileSync(`${folder}/resource.json`, formatSchema(anyResource()));
    } catch (cause) {
      throw new CliError(
        `cannot write to ${out}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    input.err(`postern: wrote ${files.length + (kind ? 0 : 1)} schemas to ${out}\n`);
    return 0;
  },
};

/** One schema for files of mixed documents: the kind of a document chooses which rules hold for it. */
function anyResource(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'resource',
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: resourceKinds } },
    allOf: resourceKinds.map((kind) => {
      const { $schema: _, ...rules } = schemaFor(kind);
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      return { if: { required: ['kind'], properties: { kind: { const: kind } } }, then: rules };
    }),
  };
}

const formatSchema = (value: JsonSchema) => `${JSON.stringify(value, null, 2)}\n`;
