import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awsClients, startTestGateway, type TestGateway } from './support/running.js';

/** What newcomers get without any option: a role that is said to be ready must be. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.end());

it.each(['alice', 'bob', 'carol'])(
  'every role that is ready for %s opens the console and answers calls',
  async (user) => {
    const token = await gateway.login(user);
    const api = (method: string, path: string, body?: object) =>
      gateway.call(method, `/api/v1/apps${path}`, token, body);
    const { apps } = (await api('GET', '')).body;
    const opened = new Set<string>();
    for (const { name, roles } of apps) {
      for (const { arn, status } of roles) {
        if (status !== 'usable') continue;
        const console = await api('POST', `/${name}/console`, { awsRole: arn });
        expect(console.status, `${name} ${arn} ${JSON.stringify(console.body)}`).toBe(200);
        const session = (await api('POST', `/${name}/sessions`, { awsRole: arn })).body;
        const clients = awsClients(session, 'connect');
        const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
        expect(Arn).toContain(`assumed-role/${arn.split('/').at(-1)}/${user}`);
        clients.destroy();
        opened.add(`${name} ${arn.split('/').at(-1)}`);
      }
    }
    // The one way without any key of AWS is among them for everybody.
    expect(opened).toContain('my-integration ExampleReadOnlyAccess');
    expect(gateway.problems).toEqual([]);
  },
);
