import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { outcome, send } from '../support/raw-request.js';
import { role } from '../support/seed.js';
import { NOW, presign, sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start({ clock: () => NOW });
const credentials = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const HOST = 'demo-bucket.s3.us-east-1.amazonaws.com';
const signing = { credentials, service: 's3' } as const;

describe('a hostile request', () => {
  it('is refused, never an internal failure', async () => {
    const hosts = [
      HOST,
      's3.amazonaws.com',
      'sts.amazonaws.com',
      'dynamodb.us-east-1.amazonaws.com',
      'signin.aws.amazon.com',
      'console.aws.amazon.com',
      'ec2.us-east-1.amazonaws.com',
    ];
    const paths = [
      '/%',
      '/%ff',
      '/?%',
      '/?X-Amz-Signature',
      '/?__proto__=1&constructor=2',
      '//',
      '/..',
      '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=////',
      '/federation?Action=login&Destination=https://é',
      '/oauth?Action=logout&redirect_uri=https://%E6%97%A5',
    ];
    for (const host of hosts) {
      for (const path of paths) {
        for (const authorization of [
          undefined,
          'AWS4-HMAC-SHA256 Credential=%, SignedHeaders=__proto__, Signature=0',
        ]) {
          const headers = authorization === undefined ? { host } : { host, authorization };
          const response = await send(standIn.port, { path: encodeRaw(path), headers });
          expect([host, path, response.status < 500]).toEqual([host, path, true]);
        }
      }
    }
    expect(standIn.requests.filter(({ errorCode }) => errorCode === 'InternalFailure')).toEqual([]);
  });

  it('cannot put foreign characters into a response header', async () => {
    const put = await sign(
      { method: 'PUT', path: '/x', headers: { host: HOST }, body: 'x' },
      signing,
    );
    expect((await send(standIn.port, put)).status).toBe(200);
    for (const value of ['日本', 'a\r\nset-cookie: b']) {
      const url = await presign(HOST, '/x', { 'response-content-type': value }, signing);
      expect(outcome(await send(standIn.port, url))).toEqual([400, 'InvalidArgument']);
    }
  });

  it('with two lengths or two hosts is refused', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(standIn.port, '127.0.0.1', () => socket.end(text));
        let seen = '';
        socket.setEncoding('utf8');
        socket.on('data', (part) => {
          seen += part;
        });
        socket.on('end', () => resolve(seen.split('\r\n')[0] ?? ''));
        socket.on('error', reject);
      });
    const head = `POST / HTTP/1.1\r\nhost: sts.amazonaws.com\r\nconnection: close\r\n`;
    expect(await raw(`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`)).toContain(' 400 ');
    expect(
      await raw(`${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    ).toContain(' 400 ');
    expect(await raw(`${head}host: iam.amazonaws.com\r\n\r\n`)).toContain(' 400 ');
    expect(
      await raw(
        'GET http://sts.amazonaws.com/ HTTP/1.1\r\nhost: sts.amazonaws.com\r\nconnection: close\r\n\r\n',
      ),
    ).toContain(' 400 ');
  });

  it('that breaks off stores nothing and is logged as aborted', async () => {
    const raw = {
      method: 'PUT',
      path: '/half',
      headers: { host: HOST, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    const { headers } = await sign(raw, signing);
    standIn.clearRequests();
    await new Promise<void>((resolve) => {
      const socket = connect(standIn.port, '127.0.0.1', () => {
        const lines = Object.entries({ ...headers, 'content-length': '1000' });
        const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.write(`PUT /half HTTP/1.1\r\n${text}\r\nonly the beginning`, () => socket.destroy());
        socket.on('close', () => resolve());
      });
    });
    await expect.poll(() => standIn.requests.length).toBe(1);
    expect(standIn.requests[0]?.outcome).toBe('aborted');
    const head = await sign({ method: 'HEAD', path: '/half', headers: { host: HOST } }, signing);
    expect((await send(standIn.port, head)).status).toBe(404);
  });
});

/** Node refuses to send characters beyond ASCII in a path. */
function encodeRaw(path: string): string {
  return path.replaceAll('é', '%C3%A9');
}
