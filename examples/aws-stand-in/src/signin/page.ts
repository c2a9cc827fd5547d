import type { Answer } from '../http/answer.js';
import { escapeXml } from '../http/xml.js';

/** A small HTML page; the sign-in service answers browsers, so its errors are pages too. */
export function page(
  status: number,
  title: string,
  text: string,
  headers: Answer['headers'] = {},
): Answer {
  const body = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${escapeXml(title)}</title><h1>${escapeXml(title)}</h1><p>${escapeXml(text)}</p></html>\n`;
  return {
    status,
    headers: {
      'content-type': 'text/html;charset=UTF-8',
      'cache-control': 'no-store',
      ...headers,
    },
    body: Buffer.from(body),
  };
}

/** The value of a cookie, or undefined. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const mark = part.indexOf('=');
    if (mark > 0 && part.slice(0, mark).trim() === name) return part.slice(mark + 1).trim();
  }
  return undefined;
}
