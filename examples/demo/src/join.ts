import { PUBLIC_ADDRESS } from '@postern/aws-stand-in';
import { createJoinRequest, encodeJoinRequest, joinBinding } from '@postern/join-iam/client';
import type { Story } from './story.js';
import type { World } from './world.js';

/** Two nodes knock; only the one with an identity of the right account gets in. No secret is shared with either. */
export async function letNodesJoin(story: Story, world: World, clock: () => Date): Promise<void> {
  const good = await knock(world, 'arn:aws:iam::333333333333:role/teleport-node-role', clock);
  story.check(`the node of account 333333333333 joins: ${good.text}`, good.status === 200);
  const wrong = await knock(world, 'arn:aws:iam::999999999999:role/teleport-node-role', clock);
  story.check(
    `the node of account 999999999999 is refused: ${wrong.text}`,
    wrong.status === 403 && wrong.text.includes('no-rule-matched'),
  );
}

/** What a node does: asks for a challenge, signs it into a GetCallerIdentity, hands that over. */
async function knock(world: World, roleArn: string, clock: () => Date) {
  const parameters = { tokenName: 'iam-token', role: 'Node', nodeName: 'node-1' };
  const { challenge } = await post(world, '/v1/join/challenge', { parameters }).then(
    ({ body }) => body,
  );
  const request = await createJoinRequest({
    challenge: String(challenge),
    audience: new URL(PUBLIC_ADDRESS).host,
    binding: joinBinding(parameters),
    credentials: world.aws.roleSession(roleArn, {
      sessionName: 'i-0123456789abcdef0',
      instanceProfile: true,
    }),
    region: 'us-east-1',
    signingDate: clock(),
  });
  const { status, body } = await post(world, '/v1/join', {
    parameters,
    challenge,
    request: encodeJoinRequest(request),
  });
  const { identity, error } = body;
  return { status, text: error ? `${error.code}. ${error.message}` : `${identity?.arn}` };
}

interface Answer {
  readonly challenge?: string;
  readonly identity?: { readonly arn: string };
  readonly error?: { readonly code: string; readonly message: string };
}

async function post(world: World, path: string, body: object) {
  const response = await world.gateway.join.fetch(
    new Request(`https://postern.example.com${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    }),
  );
  // The desk answers with nothing else.
  return { status: response.status, body: (await response.json()) as Answer };
}
