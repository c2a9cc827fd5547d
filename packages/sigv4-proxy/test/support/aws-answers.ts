import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { SeenRequest } from './upstream.js';

/** Answers like the services the interop tests call; objects are kept as they came, frames included. */
export function createAwsAnswers() {
  const objects = new Map<string, Buffer>();
  const answer = (request: SeenRequest, response: ServerResponse): void => {
    if (request.service === 's3') {
      s3(request, response);
      return;
    }
    if (request.service === 'dynamodb') {
      send(response, 200, 'application/x-amz-json-1.0', '{"Item":{"id":{"S":"1"}}}');
      return;
    }
    if (request.service === 'sts') {
      send(
        response,
        200,
        'text/xml',
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/reader/alice</Arn><UserId>AROA:alice</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
      );
      return;
    }
    send(response, 501, 'text/plain', `no answer for ${request.service}`);
  };
  const s3 = (request: SeenRequest, response: ServerResponse): void => {
    const key = `${request.headers.host}${request.url.split('?')[0]}`;
    if (request.method === 'PUT') {
      objects.set(key, request.body);
      response.writeHead(200, {
        etag: `"${createHash('md5').update(request.body).digest('hex')}"`,
        'x-amz-request-id': 'S3REQ',
        'x-amz-id-2': 'S3EXT',
        'content-length': '0',
      });
      response.end();
      return;
    }
    const object = objects.get(key);
    if (object === undefined) {
      send(
        response,
        404,
        'application/xml',
        '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>',
      );
      return;
    }
    response.writeHead(200, { 'content-length': object.length, 'x-amz-request-id': 'S3REQ' });
    response.end(request.method === 'HEAD' ? undefined : object);
  };
  return { answer, objects };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'x-amzn-requestid': 'AWSREQ',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
