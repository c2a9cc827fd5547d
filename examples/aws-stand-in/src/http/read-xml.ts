import { AwsFault } from '../errors/aws-fault.js';

/**
 * The inner text of every element of this name, in order. Enough for the flat documents that S3 takes, and linear in their
 * length where a lazy pattern would not be.
 *
 * @param xml attacker-controlled; elements of this name must not nest
 */
export function xmlElements(xml: string, name: string): readonly string[] {
  const pieces = xml.split(`<${name}>`).slice(1);
  return pieces.map((piece) => {
    const end = piece.indexOf(`</${name}>`);
    if (end < 0) throw malformedXml();
    return piece.slice(0, end);
  });
}

/** The character data of the first element of this name, with its entities resolved, or undefined. */
export function xmlText(xml: string, name: string): string | undefined {
  const [inner] = xmlElements(xml, name);
  if (inner === undefined) return undefined;
  if (inner.includes('<')) throw malformedXml();
  return inner.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (_, entity: string) =>
    resolveEntity(entity),
  );
}

/** What S3 says about a document it cannot read. */
export function malformedXml(): AwsFault {
  return new AwsFault(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function resolveEntity(entity: string): string {
  const code = entity.startsWith('#x')
    ? Number.parseInt(entity.slice(2), 16)
    : entity.startsWith('#')
      ? Number(entity.slice(1))
      : undefined;
  const text =
    code === undefined ? NAMED.get(entity) : code <= 0x10ffff && String.fromCodePoint(code);
  if (!text) throw malformedXml();
  return text;
}
