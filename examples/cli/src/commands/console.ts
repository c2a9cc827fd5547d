import { usageError } from '../cli-error.js';
import { accessOptions, type Command, type CommandInput, upstreamOption } from '../command.js';
import { isLocalMode, textOption } from '../options.js';
import { explainRefusal } from '../session/explain-refusal.js';
import { requireLogin } from '../session/require-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern console`: a sign-in URL for the Management Console. */
export const consoleCommand: Command = {
  name: 'console',
  group: 'Use AWS',
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
    'postern console --app awsconsole-test --aws-role ExampleReadOnlyAccess',
    'postern console --config ./resources --user alice --app awsconsole-test --aws-role role_for_alice',
  ],
  async run(input) {
    const url = isLocalMode(input) ? await openLocally(input) : await openAtGateway(input);
    input.out(`${url}\n`);
    input.err('postern: whoever opens this URL is signed in; it works for 15 minutes\n');
    return 0;
  },
};

async function openLocally(input: CommandInput): Promise<string> {
  const { createLocalGateway } = await import('../local-gateway.js');
  const local = await createLocalGateway(input);
  try {
    const destination = textOption(input, 'destination');
    return String((await local.gateway.console({ ...local.login, destination })).loginUrl);
  } finally {
    await local.gateway.close();
  }
}

async function openAtGateway(input: CommandInput): Promise<string> {
  const { store, profile, api } = requireLogin(input);
  const open = store.sessions(profile);
  const wanted = textOption(input, 'app');
  const [only, another] = open;
  const app = wanted ?? (another === undefined ? only?.app : undefined);
  if (app === undefined) {
    throw usageError(
      open.length === 0
        ? 'which app? Give --app; "postern apps ls" shows them.'
        : `several apps are open (${open.map((session) => session.app).join(', ')}): give --app`,
    );
  }
  // The role that the app is open with is the one that is meant.
  const awsRole =
    textOption(input, 'aws-role') ?? open.find((session) => session.app === app)?.roleArn;
  return withProgress(input, 'signing in', () =>
    api.console({ app, awsRole }, textOption(input, 'destination')).catch(async (error) => {
      throw await explainRefusal(error, { app, awsRole }, api);
    }),
  );
}
