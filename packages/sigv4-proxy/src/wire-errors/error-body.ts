import { formatCborTexts } from './cbor.js';
import type { CodeFamily, WireCode } from './error-codes.js';
import type { WireProtocol } from './protocol.js';
import { formatXml, type XmlNode } from './xml.js';

/** What an error body says. */
export interface ErrorBodyQuery {
  readonly wire: WireCode;
  readonly message: string;
  readonly requestId: string;
  readonly hostId: string;
  /** More elements, for S3 only. */
  readonly details: readonly XmlNode[];
}

/** How one protocol writes errors. */
export interface ErrorFormat {
  readonly family: CodeFamily;
  readonly contentType: string;
  readonly body: (query: ErrorBodyQuery) => string | Uint8Array;
}

/** JSON 1.0 and CBOR services name errors with their namespace, JSON 1.1 services without. */
const NAMESPACE = 'com.amazon.coral.service#';

/** How each protocol writes errors. */
export const errorFormats: Readonly<Record<WireProtocol, ErrorFormat>> = {
  query: { family: 'query', contentType: 'text/xml', body: wrappedXml },
  restXml: { family: 'query', contentType: 'text/xml', body: wrappedXml },
  s3ControlXml: {
    family: 'query',
    contentType: 'text/xml',
    body: (query) => wrappedXml(query, [['HostId', query.hostId]]),
  },
  ec2Query: { family: 'ec2', contentType: 'text/xml;charset=UTF-8', body: ec2Xml },
  s3Xml: { family: 's3', contentType: 'application/xml', body: s3Xml },
  awsJson1_0: {
    family: 'json',
    contentType: 'application/x-amz-json-1.0',
    body: (query) => typedJson(NAMESPACE, query),
  },
  awsJson1_1: {
    family: 'json',
    contentType: 'application/x-amz-json-1.1',
    body: (query) => typedJson('', query),
  },
  restJson1: {
    family: 'restJson',
    contentType: 'application/json',
    body: ({ message }) => JSON.stringify({ message }),
  },
  rpcv2Cbor: {
    family: 'json',
    contentType: 'application/cbor',
    body: ({ wire, message }) => formatCborTexts({ __type: NAMESPACE + wire.code, message }),
  },
};

function wrappedXml(query: ErrorBodyQuery, more: readonly XmlNode[] = []): string {
  const error: XmlNode = [
    'Error',
    [
      ['Type', query.wire.status < 500 ? 'Sender' : 'Receiver'],
      ['Code', query.wire.code],
      ['Message', query.message],
    ],
  ];
  return formatXml(['ErrorResponse', [error, ['RequestId', query.requestId], ...more]]);
}

function ec2Xml(query: ErrorBodyQuery): string {
  const error: XmlNode = [
    'Error',
    [
      ['Code', query.wire.code],
      ['Message', query.message],
    ],
  ];
  return formatXml([
    'Response',
    [
      ['Errors', [error]],
      ['RequestID', query.requestId],
    ],
  ]);
}

function s3Xml(query: ErrorBodyQuery): string {
  return formatXml([
    'Error',
    [
      ['Code', query.wire.code],
      ['Message', query.message],
      ...query.details,
      ['RequestId', query.requestId],
      ['HostId', query.hostId],
    ],
  ]);
}

function typedJson(namespace: string, { wire, message }: ErrorBodyQuery): string {
  return JSON.stringify({ __type: namespace + wire.code, message });
}
