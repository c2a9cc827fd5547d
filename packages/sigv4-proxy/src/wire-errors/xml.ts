const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};

/**
 * Makes a text safe as XML character data. Characters that XML 1.0 cannot hold at all, such as NUL, become U+FFFD, so that a
 * parser does not choke on an error about hostile input.
 *
 * @param text any text
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** An element with a text or with children, in this order. */
export type XmlNode = readonly [name: string, content: string | readonly XmlNode[]];

/** Writes a document. Element names are ours, texts are escaped. */
export function formatXml(root: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${formatNode(root)}\n`;
}

function formatNode([name, content]: XmlNode): string {
  const inner = typeof content === 'string' ? escapeXml(content) : content.map(formatNode).join('');
  return `<${name}>${inner}</${name}>`;
}
