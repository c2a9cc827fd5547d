import { accessOptions, type Command, upstreamOption } from '../command.js';
import { createLocalGateway, textOption } from '../local-gateway.js';

/** `postern console`: a sign-in URL for the Management Console. */
export const consoleCommand: Command = {
  name: 'console',
  summary: 'print a sign-in URL for the AWS Management Console',
  options: {
    ...accessOptions,
    ...upstreamOption,
    destination: {
      type: 'string',
      value: 'URL',
      summary: 'the page to open; default: the address of the app',
    },
  },
  examples: [
    'postern console --config ./resources --user alice --app awsconsole-test --aws-role role_for_alice',
  ],
  async run(input) {
    const local = await createLocalGateway(input);
    try {
      const session = await local.gateway.console({
        ...local.login,
        destination: textOption(input, 'destination'),
      });
      input.out(`${session.loginUrl}\n`);
      input.err('postern: whoever opens this URL is signed in; it works for 15 minutes\n');
      return 0;
    } finally {
      await local.gateway.close();
    }
  },
};
