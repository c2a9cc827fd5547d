import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET } from './accounts.js';
import { endpointUrlClients } from './clients.js';
import type { Story } from './story.js';
import type { World } from './world.js';

/** Bob asks for alice's role. His SDK hears it in its own words, and he is told why. */
export async function refuseBob(story: Story, world: World, clock: () => Date): Promise<void> {
  const login = { user: 'bob', app: 'awsconsole-test', role: 'role_for_alice' };
  const bob = world.gateway.login(login);
  const before = world.aws.requests.length;
  const clients = endpointUrlClients(world, bob);
  const dynamodb = await nameOfError(() => clients.dynamodb.send(new ListTablesCommand({})));
  story.check(`DynamoDB's client raises ${dynamodb}`, dynamodb === 'AccessDeniedException');
  const s3 = await nameOfError(() =>
    clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'large.bin' })),
  );
  story.check(`S3's client raises ${s3}`, s3 === 'AccessDenied');
  story.check('AWS was not asked at all', world.aws.requests.length === before);
  clients.destroy();

  const explanation = world.gateway.access.explain({
    user: login.user,
    app: world.directory.app(login.app),
    roleArn: bob.session.roleArn,
    now: clock(),
  });
  story.note(explanation.trimEnd());
  story.check(
    'the explanation names the role, the condition and the value seen',
    ['aws-ro-access', 'aws_role_arns', 'role_for_alice'].every((word) =>
      explanation.includes(word),
    ),
  );
}

async function nameOfError(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
