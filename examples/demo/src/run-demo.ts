import { useIntegration, visitPartner } from './accounts-of-others.js';
import { readTheTrail } from './audit.js';
import { connectClients, endpointUrlClients } from './clients.js';
import { launchConsoles } from './console.js';
import { refuseBob } from './denied.js';
import { letNodesJoin } from './join.js';
import type { Story } from './story.js';
import { workWithAws } from './work.js';
import { createWorld } from './world.js';

/**
 * Tells the main job from beginning to end. What had to hold is in the counts of the story.
 *
 * @param resources the folder of the resource documents
 */
export async function runDemo(story: Story, resources: string, clock: () => Date): Promise<void> {
  const world = await createWorld(resources, clock);
  try {
    const { gateway, directory, listeners } = world;
    story.heading('The gateway loads its resources and starts, beside a stand-in for AWS');
    story.note(
      `${directory.roles.size} roles, ${directory.users.size} users, ${directory.apps.size} apps, ${directory.tokens.size} join token, ${directory.integrations.size} integration`,
    );
    story.check(`endpoint-URL mode listens on ${listeners.endpointUrl}`, !!listeners.endpointUrl);
    story.check(`HTTPS_PROXY mode listens on ${listeners.proxyUrl}`, !!listeners.proxyUrl);

    const alice = gateway.login({ user: 'alice', app: 'awsconsole-test', role: 'role_for_alice' });
    for (const [title, mode, connect] of [
      ['Alice works with DynamoDB and S3 in endpoint-URL mode', 'endpoint-url', endpointUrlClients],
      ['Alice does the same through HTTPS_PROXY', 'https-proxy', connectClients],
    ] as const) {
      await story.step(title, async () => {
        const clients = connect(world, alice);
        story.note(`she signs with ${alice.accessKeyId}, a key that AWS does not know`);
        await workWithAws(story, mode, clients);
        clients.destroy();
        const last = world.aws.requests.at(-1);
        story.check(
          `AWS saw ${last?.principal}`,
          last?.principal === 'arn:aws:sts::123456789012:assumed-role/role_for_alice/alice',
        );
      });
    }
    await story.step('Bob asks for a role he may not have', () => refuseBob(story, world, clock));
    await story.step('Alice visits the account of a partner, which asks for an external id', () =>
      visitPartner(story, world),
    );
    await story.step('Alice opens the console in three partitions', () =>
      launchConsoles(story, world),
    );
    await story.step('Two nodes ask to join', () => letNodesJoin(story, world, clock));
    await story.step('An app without any AWS key, through the identity provider', () =>
      useIntegration(story, world),
    );
    await story.step('The audit trail of all this', async () => {
      // The keys of both sides, and the words that stand before every signature and sign-in token.
      const words = ['AWS4-HMAC-SHA256', 'Signature=', 'SigninToken', 'example-external-id'];
      readTheTrail(story, world, [...world.secrets(), alice.secretAccessKey, ...words]);
    });
  } finally {
    await world.close();
  }
}
