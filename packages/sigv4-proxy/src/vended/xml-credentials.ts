import { type CredentialField, credentialField } from './credential-fields.js';

/** The text of one element: where it stands in the document and what it says. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
  /** Entities decoded. */
  readonly text: string;
}

const MAX_DEPTH = 32;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Finds the texts inside the one `Credentials` element of an answer, and the ARN of the assumed role. The parser takes elements and
 * texts only: comments, CDATA and document types never occur in such answers and are refused.
 *
 * @param xml attacker-controlled only if AWS is
 * @returns undefined when the document is of another form or has several credentials
 */
export function findXmlCredentials(xml: string):
  | {
      readonly spans: ReadonlyMap<CredentialField, TextSpan>;
      readonly assumedRoleArn: string | undefined;
    }
  | undefined {
  const spans = new Map<CredentialField, TextSpan>();
  const open: { name: string; from: number }[] = [];
  let assumedRoleArn: string | undefined;
  const pattern = /<(?:(\?[^>]*\?)|(\/?)([A-Za-z_][\w.:-]{0,100})(?:\s[^<>]*?)?(\/?))>/y;
  let at = 0;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    if (next < 0) break;
    pattern.lastIndex = next;
    const tag = pattern.exec(xml);
    if (tag === null) return undefined;
    at = pattern.lastIndex;
    const [, instruction, closing, name = '', empty] = tag;
    if (instruction !== undefined || empty) continue;
    if (!closing) {
      if (open.length >= MAX_DEPTH) return undefined;
      open.push({ name, from: at });
      continue;
    }
    const element = open.pop();
    if (element?.name !== name) return undefined;
    const parent = open.at(-1)?.name;
    const span = { start: element.from, end: next, text: decode(xml.slice(element.from, next)) };
    const field = parent === 'Credentials' ? credentialField(name) : undefined;
    if (field !== undefined) {
      if (spans.has(field)) return undefined;
      spans.set(field, span);
    }
    if (parent === 'AssumedRoleUser' && name === 'Arn') assumedRoleArn = span.text;
  }
  return open.length === 0 ? { spans, assumedRoleArn } : undefined;
}

function decode(text: string): string {
  return text
    .trim()
    .replace(
      /&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{1,5}));/g,
      (whole, decimal, hex, name) => {
        if (name !== undefined) return ENTITIES.get(name) ?? whole;
        const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    );
}
