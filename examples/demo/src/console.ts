import { redactLoginUrl } from './redact.js';
import type { Story } from './story.js';
import type { World } from './world.js';

const launches = [
  { app: 'awsconsole-test', role: 'role_for_alice', host: 'signin.aws.amazon.com' },
  { app: 'awsconsole-gov', role: 'ExampleReadOnlyAccess', host: 'signin.amazonaws-us-gov.com' },
  { app: 'awsconsole-china', role: 'ExampleReadOnlyAccess', host: 'signin.amazonaws.cn' },
] as const;

/** Alice launches the console in three partitions; the stand-in plays the sign-in service of each. */
export async function launchConsoles(story: Story, world: World): Promise<void> {
  for (const { app, role, host } of launches) {
    const session = await world.gateway.console({ user: 'alice', app, role });
    story.note(redactLoginUrl(session.loginUrl));
    story.check(`a console sign-in URL on ${host}`, session.loginUrl.host === host);
    if (host !== 'signin.aws.amazon.com') continue;
    const answer = await world.aws.fetch(session.loginUrl, { redirect: 'manual' });
    const location = answer.headers.get('location') ?? '';
    story.check(
      `the browser is signed in and sent to ${new URL(location).host}`,
      answer.status === 302 && location.startsWith('https://console.aws.amazon.com/'),
    );
  }
}
