import type { WireRequest } from '../http/wire-request.js';
import type { ObjectHeaders } from './store.js';

const KEPT = new Set([
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
]);

/** The headers of an upload that come back with the object; `aws-chunked` is framing and goes away. */
export function keptHeaders(request: WireRequest): ObjectHeaders {
  const kept = new Map<string, string>();
  for (const [name, values] of request.headers) {
    if (!KEPT.has(name) && !name.startsWith('x-amz-meta-')) continue;
    const value = values.map((part) => part.trim()).join(',');
    kept.set(name, name === 'content-encoding' ? withoutChunking(value) : value);
  }
  if (kept.get('content-encoding') === '') kept.delete('content-encoding');
  if (!kept.has('content-type')) kept.set('content-type', 'binary/octet-stream');
  return Object.fromEntries(kept);
}

function withoutChunking(value: string): string {
  return value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',');
}
