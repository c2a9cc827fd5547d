import type { DiagnosticCode } from '../load/diagnostic.js';
import type { Node } from '../load/node.js';
import type { Place } from '../load/place.js';
import { checkTemplates } from '../template/template.js';
import { nearestName } from '../text/nearest-name.js';
import { type JsonSchema, mismatch, type ReadContext, type Shape } from './shape.js';

/** What is wrong with a text. */
export interface TextFault {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Rules of a text. */
export interface TextOptions {
  /** A rule of the field. */
  readonly check?: ((text: string) => TextFault | undefined) | undefined;
  /** Whether `{{…}}` is a template here; then its form is looked at. `matchers`: also one that tests a name. Default: no. */
  readonly templates?: 'values' | 'matchers' | undefined;
  /** Whether the text is a secret. Default false. */
  readonly secret?: boolean | undefined;
  /** Keywords for the JSON Schema. Default: none. */
  readonly schema?: JsonSchema | undefined;
}

/** Unquoted numbers and booleans are texts here, too: the source text counts. */
const SCALAR_TYPES = { type: ['string', 'number', 'boolean'] };

/** A text. Any scalar is one, as its author wrote it; only null, lists and maps are not. */
export function text(options: TextOptions = {}): Shape<string, string | undefined> {
  return {
    read: (node, place, context) => readText(node, place, context, options),
    view: (value) => value,
    schema: () => ({
      ...SCALAR_TYPES,
      ...(options.secret ? { writeOnly: true } : {}),
      ...options.schema,
    }),
  };
}

/** A text out of a few. Case matters; a near miss gets the right one as hint. */
export function oneOf<const T extends string>(
  values: readonly T[],
  code: 'invalid-value' | 'invalid-version' = 'invalid-value',
): Shape<T, T | undefined> {
  const known: ReadonlySet<string> = new Set(values);
  return {
    read(node, place, context) {
      const found = readText(node, place, context, {});
      if (found === undefined) return undefined;
      if (known.has(found)) return found as T; // The set holds values of T only.
      context.report({
        code,
        message: `One of ${values.map((value) => value || 'an empty text').join(', ')} is expected.`,
        // One version is as near as another.
        hint: code === 'invalid-version' ? undefined : nearestName(found, values),
        at: node,
        place,
      });
      return undefined;
    },
    view: (value) => value,
    schema: () => ({ enum: values }),
  };
}

/** Reads a text and applies the rules; an unquoted template is recovered with a warning. */
export function readText(
  node: Node,
  place: Place | undefined,
  context: ReadContext,
  options: TextOptions,
): string | undefined {
  const found = plainText(node, place, context);
  if (found === undefined) return undefined;
  const fault =
    options.check?.(found) ??
    (options.templates ? checkTemplates(found, options.templates) : undefined);
  if (fault) context.report({ ...fault, at: node, place });
  return found;
}

function plainText(node: Node, place: Place | undefined, context: ReadContext): string | undefined {
  if (node.type === 'scalar' && !node.isNull) return node.text;
  if (node.type === 'map' && node.template !== undefined) {
    context.report({
      code: 'unquoted-template',
      message: 'A template without quotes is a map for YAML: put quotes around it.',
      hint: `"${node.template}"`,
      at: node,
      place,
    });
    return node.template;
  }
  return mismatch(node, place, context, 'a text');
}
