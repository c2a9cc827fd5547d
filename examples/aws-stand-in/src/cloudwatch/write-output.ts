import { cbor, dateToTag } from '@smithy/core/cbor';
import type { Call } from '../call.js';
import type { Answer } from '../http/answer.js';
import { toXml, type XmlValue } from '../http/xml.js';
import { isTreeMap, type Tree, type TreeMap } from './tree.js';

const XMLNS = 'http://monitoring.amazonaws.com/doc/2010-08-01/';

/** The success answer of one operation, in the protocol of the call. */
export function writeCloudWatchOutput(
  { protocol, requestId }: Call,
  operation: string,
  output: TreeMap,
): Answer {
  const headers = { 'x-amzn-requestid': requestId };
  if (protocol === 'cbor') {
    return {
      status: 200,
      headers: {
        ...headers,
        'content-type': 'application/cbor',
        'smithy-protocol': 'rpc-v2-cbor',
      },
      body: Buffer.from(cbor.serialize(map(output, dateToTag))),
    };
  }
  if (protocol === 'awsJson1.0') {
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/x-amz-json-1.0' },
      body: Buffer.from(JSON.stringify(map(output, (date) => date.getTime() / 1000))),
    };
  }
  const name = `${operation}Response`;
  // An operation without output has no result element either.
  const result = Object.keys(output).length > 0 ? { [`${operation}Result`]: xml(output) } : {};
  const inner = toXml({ ...result, ResponseMetadata: { RequestId: requestId } });
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'text/xml' },
    body: Buffer.from(`<${name} xmlns="${XMLNS}">${inner}</${name}>`),
  };
}

function map(value: Tree, writeDate: (date: Date) => unknown): unknown {
  if (value instanceof Date) return writeDate(value);
  if (Array.isArray(value)) return value.map((item) => map(item, writeDate));
  if (!isTreeMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, map(item, writeDate)]),
  );
}

function xml(value: TreeMap): { readonly [name: string]: XmlValue } {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, xmlValue(item)]));
}

function xmlValue(value: Tree): XmlValue {
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, 'Z');
  if (isList(value)) return { member: value.map(xmlValue) };
  return isTreeMap(value) ? xml(value) : value;
}

function isList(value: Tree): value is readonly Tree[] {
  return Array.isArray(value);
}
