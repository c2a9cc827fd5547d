import type { HeaderList } from '../request.js';

/** The wire formats in which AWS clients read errors; names as in the service models. */
export type WireProtocol =
  | 'query'
  | 'ec2Query'
  | 's3Xml'
  | 's3ControlXml'
  | 'restXml'
  | 'awsJson1_0'
  | 'awsJson1_1'
  | 'restJson1'
  | 'rpcv2Cbor';

/** What tells a protocol. All of it is the client's claim; the answer only decides how that client is answered. */
export interface DetectProtocolQuery {
  /** Signing name of the credential scope; undefined when it could not be read. */
  readonly service?: string | undefined;
  /** The raw request target. */
  readonly target: string;
  readonly headers: HeaderList;
}

const S3_FAMILY: ReadonlySet<string> = new Set([
  's3',
  's3-object-lambda',
  's3-outposts',
  's3express',
]);
const REST_XML: ReadonlySet<string> = new Set(['route53', 'cloudfront']);
const CBOR_PATH = /^\/(?:[^?]*\/)?service\/[^/?]+\/operation\/[^/?]+(?:\?|$)/;

/**
 * Finds the wire format in which a client expects errors. One service can speak several, so what the request says comes before
 * what is known of the service; a JSON body would crash a CBOR client, and plain text an XML one.
 *
 * @returns `restJson1` when nothing tells
 * @see https://smithy.io/2.0/aws/protocols/index.html
 */
export function detectProtocol(query: DetectProtocolQuery): WireProtocol {
  const { service, target } = query;
  if (header(query.headers, 'smithy-protocol') === 'rpc-v2-cbor') return 'rpcv2Cbor';
  if (CBOR_PATH.test(target)) return 'rpcv2Cbor';
  const contentType = (header(query.headers, 'content-type') ?? '').toLowerCase();
  const media = contentType.split(';', 1)[0]?.trim() ?? '';
  if (header(query.headers, 'x-amz-target') !== undefined) {
    if (media === 'application/x-amz-json-1.0') return 'awsJson1_0';
    if (media === 'application/x-amz-json-1.1') return 'awsJson1_1';
  }
  if (service !== undefined && S3_FAMILY.has(service)) {
    return target.startsWith('/v20180820/') ? 's3ControlXml' : 's3Xml';
  }
  if (service === 'ec2') return 'ec2Query';
  if (media === 'application/x-www-form-urlencoded' || hasAction(target)) return 'query';
  return service !== undefined && REST_XML.has(service) ? 'restXml' : 'restJson1';
}

function hasAction(target: string): boolean {
  return /^[^?]*\?(?:.*&)?Action=/.test(target);
}

function header(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
