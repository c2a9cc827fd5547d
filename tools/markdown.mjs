// The little Markdown that the checks read: fences, headings, sections, links, and the first column of tables.

/**
 * @param {string} text
 * @returns {{ line: number, language: string, flag: string, code: string }[]} fenced blocks; `line` is that of the opening fence
 */
export function fencesOf(text) {
  return [...text.matchAll(/^```([a-z]*)[ \t]*([^\n]*)\n([\s\S]*?)^```[ \t]*$/gm)].map((match) => ({
    line: lineAt(text, match.index),
    language: match[1],
    flag: match[2].trim(),
    code: match[3],
  }));
}

/** The fences of `@example` tags in doc comments, with lines of the source. */
export function exampleFencesOf(source) {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const plain = comment[0].replace(/^[ \t]*\*(?:\/| ?)/gm, '');
    const start = plain.search(/^@example\b/m);
    if (start < 0) return [];
    const before = lineAt(source, comment.index) - 1;
    return fencesOf(plain)
      .filter(({ line }) => line > lineAt(plain, start))
      .map((fence) => ({ ...fence, line: fence.line + before }));
  });
}

/** Lines of doc comments whose `@example` has no fence, so that nobody would check it. */
export function bareExamplesOf(source) {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)]
    .filter(
      ([comment]) => /^[ \t]*\* @example\b/m.test(comment) && !/^[ \t]*\* ```ts/m.test(comment),
    )
    .map(({ index }) => lineAt(source, index));
}

/** The text without its fences, lines kept. */
export function proseOf(text) {
  return text.replace(/^```[\s\S]*?^```[ \t]*$/gm, (fence) => fence.replace(/[^\n]/g, ''));
}

/**
 * @param {string} text
 * @param {string} heading of the second level
 * @returns {string | undefined} what stands under the heading
 */
export function sectionOf(text, heading) {
  const lines = proseOf(text).split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) return undefined;
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  return text
    .split('\n')
    .slice(start + 1, end < 0 ? undefined : end)
    .join('\n');
}

/** The rows of all tables: cells without their outer spaces; rules and headings are left out. */
export function tableRowsOf(text) {
  const lines = proseOf(text).split('\n');
  return lines.flatMap((line, index) => {
    if (!line.startsWith('|') || isRule(line) || isRule(lines[index + 1] ?? '')) return [];
    return [
      line
        .replace(/^\||\|\s*$/g, '')
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    ];
  });
}

/** Anchors that GitHub gives to the headings. */
export function anchorsOf(text) {
  return [...proseOf(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** Targets of links that stay inside the repository. */
export function linksOf(text) {
  return [...proseOf(text).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map((match) => match[1]);
}

const isRule = (line) => /^\|[\s:|-]+\|\s*$/.test(line);
const lineAt = (text, index) => text.slice(0, index).split('\n').length;
