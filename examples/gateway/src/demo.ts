import { createFetch } from './aws-clients.js';
import { useIntegration, visitPartner } from './demo/accounts-of-others.js';
import { readTheTrail } from './demo/audit.js';
import { connectClients, endpointUrlClients } from './demo/clients.js';
import { launchConsoles } from './demo/console.js';
import { refuseBob } from './demo/denied.js';
import { letNodesJoin } from './demo/join.js';
import { createStory } from './demo/story.js';
import { workWithAws } from './demo/work.js';
import { createWorld } from './demo/world.js';
import { createUpstream } from './upstream.js';

// The main job from beginning to end. Exits 0 only if every step behaved.
const clock = () => new Date();
const story = createStory(
  (line) => process.stdout.write(`${line}\n`),
  process.stdout.isTTY === true && !process.env.NO_COLOR,
);
const world = await createWorld(clock);
const { gateway, directory } = world;

story.heading('The gateway loads its resources and starts, beside a stand-in for AWS');
story.note(
  `${directory.roles.size} roles, ${directory.users.size} users, ${directory.apps.size} apps, ${directory.tokens.size} join token, ${directory.integrations.size} integration`,
);
story.note(
  `endpoint-URL mode on ${world.listeners.endpointUrl}, HTTPS_PROXY mode on ${world.listeners.proxyUrl}`,
);
story.check('every document is sound', directory.roles.size > 0);

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
await story.step('Alice visits the account of a partner', () => visitPartner(story, world));
await story.step('Alice opens the console in three partitions', () =>
  launchConsoles(story, world, createFetch(createUpstream(world.aws.url))),
);
await story.step('Two nodes ask to join', () => letNodesJoin(story, world, clock));
await story.step('An app without any AWS key, through the identity provider', () =>
  useIntegration(story, world),
);
await story.step('The audit trail of all this', async () => {
  readTheTrail(story, world, [
    ...world.secrets,
    alice.secretAccessKey,
    'AWS4-HMAC-SHA256',
    'Signature=',
  ]);
});
await world.close();

process.stdout.write(`\n${story.checks - story.failures} passed, ${story.failures} failed\n`);
process.exitCode = story.failures > 0 ? 1 : 0;
