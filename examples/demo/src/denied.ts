import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET } from '@postern/aws-stand-in';
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
  // The first line repeats the question; what counts is what the roles say below it.
  const said = explanation.split('\n').slice(1).join('\n');
  story.check(
    'the explanation names the role, the condition and what it wants instead',
    ['aws-ro-access', 'aws_role_arns', 'ExampleReadOnlyAccess'].every((word) =>
      said.includes(word),
    ),
  );

  const production = world.gateway.access.explain({
    user: login.user,
    app: world.directory.app('awsconsole-prod'),
    roleArn: 'arn:aws:iam::123456789012:role/ExampleReadOnlyAccess',
    now: clock(),
  });
  story.note(production.trimEnd());
  story.check(
    'and for an app of production, the label it saw',
    ['no-production', 'app_labels', 'env', 'prod'].every((word) => production.includes(word)),
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
