import { exitCodes, usageError } from '../cli-error.js';
import { accessOptions, type Command, type CommandInput } from '../command.js';
import { isLocalMode, textOption } from '../options.js';
import { requireLogin } from '../session/require-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern explain`: the decision, and what every role of the user had to say. */
export const explain: Command = {
  name: 'explain',
  group: 'Access',
  summary: 'say whether an AWS role in an app may be used, and why',
  options: accessOptions,
  examples: [
    'postern explain --app awsconsole-prod --aws-role ExampleReadOnlyAccess',
    'postern explain --config ./resources --user bob --app awsconsole-prod --aws-role ExampleReadOnlyAccess',
  ],
  async run(input) {
    const { decision, text } = isLocalMode(input)
      ? await explainLocally(input)
      : await explainAtGateway(input);
    input.out(`${text.trimEnd()}\n`);
    // The exit code says the decision, so that scripts can ask.
    return decision === 'allow' ? exitCodes.ok : exitCodes.denied;
  },
};

async function explainAtGateway(input: CommandInput) {
  const { api } = requireLogin(input);
  const app = textOption(input, 'app');
  if (app === undefined) throw usageError('which app? Give --app; "postern apps ls" shows them.');
  const awsRole = textOption(input, 'aws-role');
  return withProgress(input, 'asking', () => api.explain({ app, awsRole }));
}

async function explainLocally(input: CommandInput) {
  const { createAccess, loadDirectory } = await import('@postern/gateway');
  const { configOf, loginOf } = await import('../local-gateway.js');
  const directory = await loadDirectory(configOf(input), input);
  const access = createAccess(directory);
  const { user, app: appName, role } = loginOf(input);
  const app = directory.app(appName);
  const roleArn = access.resolveRole(user, app, role);
  const question = { user, app, roleArn, now: input.clock() };
  const { decision } = access.decide(question);
  return { decision, text: access.explain(question) };
}
