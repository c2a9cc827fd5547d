import { describe, expect, it } from 'vitest';
import { fromInstanceIdentity, JoinIamError } from '../../src/client/index.js';

const DOCUMENT = {
  Code: 'Success',
  AccessKeyId: 'ASIAINSTANCE0EXAMPLE',
  SecretAccessKey: 'secret',
  Token: 'token',
  Expiration: '2026-01-15T18:00:00Z',
};

function metadata(answers: (Response | Error)[]) {
  const calls: [string, string | undefined, RequestInit['headers']][] = [];
  const redirects: (string | undefined)[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    calls.push([String(input), init?.method, init?.headers]);
    redirects.push(init?.redirect);
    const answer = answers.shift() ?? new Error('no more answers');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { provider: fromInstanceIdentity({ fetch }), calls, redirects };
}

describe('fromInstanceIdentity', () => {
  it('fetches with a session token, as IMDSv2 wants', async () => {
    const { provider, calls } = metadata([new Response('imds'), Response.json(DOCUMENT)]);
    await expect(provider()).resolves.toEqual({
      accessKeyId: 'ASIAINSTANCE0EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2026-01-15T18:00:00Z'),
    });
    expect(calls).toEqual([
      [
        'http://169.254.169.254/latest/api/token',
        'PUT',
        { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      ],
      [
        'http://169.254.169.254/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance',
        undefined,
        { 'x-aws-ec2-metadata-token': 'imds' },
      ],
    ]);
  });

  it('reads an answer of 16 KiB, and follows no redirect', async () => {
    const whole = new Response(JSON.stringify(DOCUMENT).padEnd(16_384));
    const { provider, redirects } = metadata([new Response('imds'), whole]);
    await expect(provider()).resolves.toMatchObject({ accessKeyId: 'ASIAINSTANCE0EXAMPLE' });
    expect(redirects).toEqual(['error', 'error']);
  });

  it.each<[string, (Response | Error)[]]>([
    ['no network', [new Error('ECONNREFUSED')]],
    ['IMDSv2 turned off', [new Response('no', { status: 403 })]],
    ['no identity role', [new Response('imds'), new Response('no', { status: 404 })]],
    ['text that is not JSON', [new Response('imds'), new Response('<html>')]],
    ['a failure code', [new Response('imds'), Response.json({ ...DOCUMENT, Code: 'Failed' })]],
    ['a missing key', [new Response('imds'), Response.json({ ...DOCUMENT, SecretAccessKey: '' })]],
    ['no real time', [new Response('imds'), Response.json({ ...DOCUMENT, Expiration: 'soon' })]],
    [
      'a huge answer',
      [new Response('imds'), new Response(JSON.stringify(DOCUMENT).padEnd(16_385))],
    ],
  ])('rejects with its own code for %s', async (_, answers) => {
    await expect(metadata(answers).provider()).rejects.toThrowWithCode(
      JoinIamError,
      'metadata-unavailable',
    );
  });
});
