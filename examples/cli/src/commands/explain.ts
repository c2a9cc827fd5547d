import { createAccess, loadDirectory } from '@postern/gateway';
import { accessOptions, type Command } from '../command.js';
import { loginOf, requiredText } from '../local-gateway.js';

/** `postern explain`: the decision, and what every role of the user had to say. */
export const explain: Command = {
  name: 'explain',
  summary: 'say whether a user may use an AWS role in an app, and why',
  options: accessOptions,
  examples: [
    'postern explain --config ./resources --user bob --app awsconsole-prod --aws-role ExampleReadOnlyAccess',
  ],
  async run(input) {
    const directory = await loadDirectory(requiredText(input, 'config'), input);
    const access = createAccess(directory);
    const { user, app: appName, role } = loginOf(input);
    const app = directory.app(appName);
    const roleArn = access.resolveRole(user, app, role);
    const question = { user, app, roleArn, now: input.clock() };
    input.out(`${access.explain(question).trimEnd()}\n`);
    // The exit code says the decision, so that scripts can ask.
    return access.decide(question).decision === 'allow' ? 0 : 1;
  },
};
