import type { Node } from '../load/node.js';
import { child, type Place } from '../load/place.js';
import { checkAccountLabel, checkOrigin } from '../resources/aws-texts.js';
import type { LabelMatcher, LabelSet, StringList, Traits } from '../types/common.js';
import { isNull, listOf, readTextList, textList, textListSchema } from './lists.js';
import { mismatch, type ReadContext, type Shape } from './shape.js';
import { readText, type TextFault, type TextOptions, text } from './text.js';

const LABEL_KEY = '[A-Za-z0-9._:/*-]+';
const IS_LABEL_KEY = /^[A-Za-z0-9._:/*-]+$/;

/** Labels of a thing: names to one text each. */
export function labelSet(): Shape<LabelSet, LabelSet | undefined> {
  return {
    read(node, place, context) {
      const labels: Record<string, string> = Object.create(null);
      const found = eachEntry(node, place, context, (entry, at) => {
        if (!IS_LABEL_KEY.test(entry.key)) {
          const message = 'Names of labels take letters, digits and . _ : / * -';
          context.report({ code: 'invalid-value', message, at: entry, place: at });
        }
        const check = (text: string) => checkLabelValue(entry.key, text);
        const value = readText(entry.value, at, context, { check });
        if (value !== undefined) labels[entry.key] = value;
      });
      return found ? labels : undefined;
    },
    view: (value) => value,
    schema: () => ({
      type: 'object',
      propertyNames: { pattern: `^${LABEL_KEY}$` },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    }),
    nullable: true,
    fields: { aws_account_id: text() },
  };
}

/** Which labels a thing must have. `anyValue`: the key `*` may go with any value, as under deny, where it does nothing. */
export function labelMatcher(anyValue = false): Shape<LabelMatcher, Traits | undefined> {
  return {
    read(node, place, context) {
      const labels: Record<string, StringList> = Object.create(null);
      const found = eachEntry(node, place, context, (entry, at) => {
        const check = (text: string) =>
          entry.key === 'aws_account_id' && !isPattern(text) ? checkAccountLabel(text) : undefined;
        const value = readTextList(entry.value, at, context, { check, templates: 'values' });
        if (value === undefined) return;
        labels[entry.key] = value;
        if (entry.key !== '*' || anyValue || listOf(value).every((text) => text === '*')) return;
        const message =
          'The label * goes only with the value *: it would match every label with that value.';
        context.report({ code: 'wildcard-not-allowed', message, at: entry.value, place: at });
      });
      return found ? labels : undefined;
    },
    view: mapOfLists,
    schema: () => ({ type: 'object', additionalProperties: textListSchema() }),
    nullable: true,
  };
}

/** Traits: names to texts. `check` looks at the values of some names. */
export function traits(
  check?: (name: string, text: string) => TextFault | undefined,
): Shape<Traits, Traits | undefined> {
  return {
    read(node, place, context) {
      const values: Record<string, StringList> = Object.create(null);
      const found = eachEntry(node, place, context, (entry, at) => {
        const options: TextOptions = check ? { check: (text) => check(entry.key, text) } : {};
        // A trait without a value is common in exported users.
        const value = isNull(entry.value) ? [] : readTextList(entry.value, at, context, options);
        if (value !== undefined) values[entry.key] = value;
      });
      return found ? values : undefined;
    },
    view: mapOfLists,
    schema: () => ({
      type: 'object',
      additionalProperties: { anyOf: [{ type: 'null' }, textListSchema()] },
    }),
    nullable: true,
    fields: { aws_role_arns: textList(), logins: textList() },
  };
}

function eachEntry(
  node: Node,
  place: Place | undefined,
  context: ReadContext,
  visit: (entry: Extract<Node, { type: 'map' }>['entries'][number], at: Place) => void,
): boolean {
  if (isNull(node)) return false;
  if (node.type !== 'map' || node.template !== undefined) {
    mismatch(node, place, context, 'a map');
    return false;
  }
  for (const entry of node.entries) visit(entry, child(place, entry.key));
  return true;
}

function checkLabelValue(key: string, text: string): TextFault | undefined {
  if (key === 'aws_account_id') return checkAccountLabel(text);
  return key === 'teleport.dev/origin' ? checkOrigin(text) : undefined;
}

function isPattern(text: string): boolean {
  return text.includes('*') || text.startsWith('^') || text.includes('{{');
}

function mapOfLists(
  value: Traits | undefined,
): Readonly<Record<string, readonly string[]>> | undefined {
  if (value === undefined) return undefined;
  const lists: Record<string, readonly string[]> = Object.create(null);
  for (const [key, texts] of Object.entries(value)) lists[key] = listOf(texts);
  return lists;
}
