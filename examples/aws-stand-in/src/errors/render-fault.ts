import { cbor } from '@smithy/core/cbor';
import type { Answer } from '../http/answer.js';
import { escapeXml } from '../http/xml.js';
import type { AwsFault, Protocol } from './aws-fault.js';

/** Where an error is shown: protocol, identifiers, and what the client asked for. */
export interface FaultContext {
  readonly protocol: Protocol;
  readonly requestId: string;
  readonly hostId: string;
  /** STS answers JSON when the client asked for it. */
  readonly wantsJson: boolean;
  /** Path of the request, shown by S3 as `Resource`. */
  readonly resource: string;
  /** Set when an AWS JSON client asked for codes of the older query protocol. */
  readonly queryMode: boolean;
}

/** An error in the exact form the protocol's clients parse. */
export function renderFault(fault: AwsFault, context: FaultContext): Answer {
  const { protocol, requestId } = context;
  const side = fault.status >= 500 ? 'Receiver' : 'Sender';
  if (protocol === 's3') return renderS3(fault, context);
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId, ...fault.headers };
  if (protocol === 'query' && context.wantsJson) {
    headers['content-type'] = 'application/json';
    const error = { Code: fault.code, Message: fault.message, Type: side };
    return answer(fault.status, headers, JSON.stringify({ Error: error, RequestId: requestId }));
  }
  if (protocol === 'query' || protocol === 'restXml') {
    headers['content-type'] = 'text/xml';
    const error = `<Type>${side}</Type>${codeAndMessage(fault)}`;
    const body = `<ErrorResponse><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return answer(fault.status, headers, body);
  }
  if (protocol === 'ec2') {
    headers['content-type'] = 'text/xml;charset=UTF-8';
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${codeAndMessage(fault)}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
    return answer(fault.status, headers, body);
  }
  if (context.queryMode) headers['x-amzn-query-error'] = `${fault.queryCode};${side}`;
  return renderJson(fault, protocol, headers);
}

function renderJson(fault: AwsFault, protocol: Protocol, headers: Record<string, string>): Answer {
  const prefixed = protocol === 'awsJson1.0' || protocol === 'cbor';
  const type = prefixed ? `com.amazon.coral.service#${fault.code}` : fault.code;
  if (protocol === 'cbor') {
    headers['content-type'] = 'application/cbor';
    headers['smithy-protocol'] = 'rpc-v2-cbor';
    const body = Buffer.from(cbor.serialize({ __type: type, message: fault.message }));
    return { status: fault.status, headers, body };
  }
  if (protocol === 'restJson') {
    headers['content-type'] = 'application/json';
    headers['x-amzn-errortype'] = fault.code;
    return answer(fault.status, headers, JSON.stringify({ message: fault.message }));
  }
  headers['content-type'] =
    protocol === 'awsJson1.0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
  return answer(fault.status, headers, JSON.stringify({ __type: type, message: fault.message }));
}

function renderS3(fault: AwsFault, context: FaultContext): Answer {
  const details = Object.entries(fault.details)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${codeAndMessage(fault)}${details}<Resource>${escapeXml(context.resource)}</Resource><RequestId>${context.requestId}</RequestId><HostId>${context.hostId}</HostId></Error>`;
  const headers = {
    'x-amz-request-id': context.requestId,
    'x-amz-id-2': context.hostId,
    'content-type': 'application/xml',
    ...fault.headers,
  };
  return answer(fault.status, headers, body);
}

function codeAndMessage(fault: AwsFault): string {
  return `<Code>${escapeXml(fault.code)}</Code><Message>${escapeXml(fault.message)}</Message>`;
}

function answer(status: number, headers: Record<string, string>, body: string): Answer {
  return { status, headers, body: Buffer.from(body) };
}
