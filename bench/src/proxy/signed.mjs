// A genuine SigV4 header set, made once and sent by all connections, to all contenders.

import { signRequest } from '@postern/sigv4-proxy/sigv4';
import { HttpRequest } from '@smithy/protocol-http';
import { CLIENT } from './credentials.mjs';

const common = {
  'user-agent': 'aws-sdk-js/3.1169.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2',
  'amz-sdk-request': 'attempt=1; max=3',
  'accept-encoding': 'identity',
};

function sign({ host, method, path, service, headers, body }) {
  const request = new HttpRequest({
    method,
    protocol: 'http:',
    hostname: host,
    path,
    headers: { host, ...common, ...headers },
    body,
  });
  const signed = signRequest(request, {
    credentials: CLIENT,
    region: 'us-east-1',
    service,
    signingDate: new Date(),
    applyChecksum: service === 's3',
  });
  return { method, path, headers: signed.headers, body };
}

/** DynamoDB GetItem with 300 bytes of JSON. */
export function getItem(port) {
  const item = { TableName: 'orders-table', Key: { pk: { S: 'customer#0000000001' } } };
  return sign({
    host: `127.0.0.1:${port}`,
    method: 'POST',
    path: '/',
    service: 'dynamodb',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'content-length': '300',
    },
    body: JSON.stringify(item).padEnd(300, ' '),
  });
}

/** An S3 upload of so many bytes; `sha256`: of the body, or UNSIGNED-PAYLOAD, which an http listener takes as well only by its hash. */
export function putObject(port, bytes, sha256) {
  return sign({
    host: `127.0.0.1:${port}`,
    method: 'PUT',
    path: '/bucket/large',
    service: 's3',
    headers: { 'x-amz-content-sha256': sha256, 'content-length': String(bytes) },
  });
}

/** An S3 download that the upstream answers with so many bytes. */
export function getObject(port, bytes) {
  return sign({
    host: `127.0.0.1:${port}`,
    method: 'GET',
    path: `/bucket/zeros/${bytes}`,
    service: 's3',
    headers: {
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
  });
}
