import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { endpointUrlClients } from './clients.js';
import type { Story } from './story.js';
import type { World } from './world.js';

/** A partner's account, whose role asks for an external id: the gateway knows it from the app. */
export async function visitPartner(story: Story, world: World): Promise<void> {
  const login = { user: 'alice', app: 'awsconsole-third-party', role: 'PartnerAudit' };
  const clients = endpointUrlClients(world, world.gateway.login(login));
  const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
  story.check(
    `AWS sees ${Arn}`,
    Arn === 'arn:aws:sts::444455556666:assumed-role/PartnerAudit/alice',
  );
  clients.destroy();
}

/** An account that trusts the gateway's identity provider: a web identity token instead of any AWS key. */
export async function useIntegration(story: Story, world: World): Promise<void> {
  const login = { user: 'alice', app: 'my-integration', role: 'role_for_alice' };
  const clients = endpointUrlClients(world, world.gateway.login(login));
  const { TableNames = [] } = await clients.dynamodb.send(new ListTablesCommand({}));
  const steps = world.aws.requests
    .slice(-3)
    .map(({ action, principal }) => `${action} by ${principal ?? 'a web identity token'}`);
  story.note(steps.join('\n'));
  story.check(
    `the tables are listed (${TableNames.length}) with no AWS key at the gateway`,
    steps.some((step) => step.startsWith('sts:AssumeRoleWithWebIdentity')),
  );
  clients.destroy();
}
