import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { role } from '../support/seed.js';
import { NOW, sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start({ clock: () => NOW });
const credentials = standIn.roleSession(role('ReadOnly'), { sessionName: 'bob' });
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const HOST = 'demo-bucket.s3.us-east-1.amazonaws.com';
const SIZE = 20 * 1024 * 1024;

async function put(keys = credentials, expectContinue = false) {
  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', host: HOST };
  const raw = { method: 'PUT', path: '/big', headers: unsigned };
  const { headers } = await sign(raw, { credentials: keys, service: 's3' });
  let continued = false;
  return new Promise<{ status: number; continued: boolean; body: string }>((resolve, reject) => {
    const more = expectContinue ? { expect: '100-continue' } : {};
    const request = httpRequest({
      host: '127.0.0.1',
      port: standIn.port,
      method: 'PUT',
      path: '/big',
      headers: { ...headers, ...more, 'content-length': String(SIZE) },
    });
    const sendBody = () => request.end(Buffer.alloc(SIZE));
    request.on('error', reject);
    request.on('continue', () => {
      continued = true;
      sendBody();
    });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => {
        if (expectContinue && !continued) request.destroy();
        resolve({ status: response.statusCode ?? 0, continued, body });
      });
    });
    if (expectContinue) request.flushHeaders();
    else sendBody();
  });
}

describe('a refusal before the body was read', () => {
  it('reaches a client that is still sending', async () => {
    const { status, body } = await put();
    expect(status).toBe(403);
    expect(body).toContain('<Code>AccessDenied</Code>');
  });

  it('comes instead of 100 Continue, which only an accepted upload gets', async () => {
    expect(await put(credentials, true)).toMatchObject({ status: 403, continued: false });
    expect(await put(operator, true)).toMatchObject({ status: 200, continued: true });
  });
});
