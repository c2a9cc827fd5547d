import type { HeaderList } from '../request.js';

/** What a request says in the manner of Smithy RPC v2: `POST /service/{shape}/operation/{name}` with a Smithy-Protocol header. */
export type RpcV2Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'call'; readonly shape: string; readonly operation: string }
  | { readonly kind: 'unclear' };

const NONE: RpcV2Reading = { kind: 'none' };
const UNCLEAR: RpcV2Reading = { kind: 'unclear' };
const EXACT = /^\/service\/([A-Za-z0-9_.]+)\/operation\/([^/?]+)(?:\?|$)/;
const PROTOCOL = /^rpc-v2-(?:cbor|json)$/;
const HEADER = 'smithy-protocol';
/** How often a path may be encoded over again before it is taken for one of this kind. */
const MAX_DECODINGS = 3;

/**
 * Reads a call of Smithy RPC v2. Its servers find service and operation in the last segments of the path, wherever those
 * stand, so a path that may be read that way counts only in the one form that clients send; so does the header, which no request
 * of another protocol has.
 *
 * @param target path and query, attacker-controlled
 * @see https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export function readRpcV2Call(method: string, target: string, headers: HeaderList): RpcV2Reading {
  const [, shape, operation] = EXACT.exec(target) ?? [];
  const protocols = headers.filter(([name]) => isProtocolHeader(name));
  const [first, second] = protocols;
  if (first !== undefined) {
    const isProper = second === undefined && PROTOCOL.test(first[1].trim()) && method === 'POST';
    if (!isProper || shape === undefined || operation === undefined) return UNCLEAR;
  }
  if (shape !== undefined && operation !== undefined) return { kind: 'call', shape, operation };
  return resembles(target) ? UNCLEAR : NONE;
}

/** Whether a header says that a request is one of Smithy RPC v2. */
export function isProtocolHeader(name: string): boolean {
  return name.length === HEADER.length && name.toLowerCase() === HEADER;
}

/** Whether a server that folds, decodes or cuts paths could find `service` and `operation` in this one. */
function resembles(target: string): boolean {
  let path = (target.split('?', 1)[0] ?? '').toLowerCase();
  for (let i = 0; path.includes('%') && i < MAX_DECODINGS; i += 1) path = decodeBytes(path);
  const segments = path.split(/[/\\]/).map((segment) => segment.split(';', 1)[0]?.trim());
  const service = segments.indexOf('service');
  return service >= 0 && segments.lastIndexOf('operation') > service;
}

/** Byte by byte, so that no sequence is left because another one is broken. */
function decodeBytes(text: string): string {
  return text
    .replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .toLowerCase();
}
