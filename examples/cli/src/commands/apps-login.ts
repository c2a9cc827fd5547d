import { usageError } from '../cli-error.js';
import { type Command, gatewayOptions } from '../command.js';
import { onlyWord, textOption } from '../options.js';
import { bundleOf } from '../session/app-session.js';
import { explainRefusal } from '../session/explain-refusal.js';
import { requireLogin } from '../session/require-login.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern apps login`: opens an app with a role; `aws` and `proxy aws` use it from then on. */
export const appsLogin: Command = {
  name: 'apps login',
  group: 'Use AWS',
  summary: 'open an AWS app with a role, for "postern aws" and "postern proxy aws"',
  operands: 'APP',
  completes: 'apps',
  options: {
    'aws-role': {
      type: 'string',
      value: 'NAME|ARN',
      summary: 'the AWS role; may be left out when only one is usable',
      env: 'POSTERN_AWS_ROLE',
    },
    ...gatewayOptions,
  },
  examples: [
    'postern apps login --aws-role ExampleReadOnlyAccess awsconsole-test',
    'postern apps login --aws-role arn:aws:iam::123456789012:role/ExampleReadOnlyAccess awsconsole-test',
  ],
  async run(input) {
    const app = onlyWord(input, appsLogin) ?? input.env.POSTERN_APP;
    if (!app) throw usageError('which app? "postern apps ls" shows them.');
    const { store, profile, api } = requireLogin(input);
    const wanted = { app, awsRole: textOption(input, 'aws-role') };
    const session = await store.locked(async () => {
      const before = store.sessions(profile).find((one) => one.app === app);
      const opened = await withProgress(input, `opening ${app}`, () =>
        api.openSession(wanted).catch(async (error) => {
          throw await explainRefusal(error, wanted, api);
        }),
      );
      store.saveSession(profile, opened, bundleOf(opened));
      // One role at a time in an app. The old session may be over at the gateway, which is as good.
      if (before) await api.closeSession(before.id).catch(() => {});
      return opened;
    });
    input.out(
      `Logged into AWS app "${app}".\n\nYour IAM role:\n  ${session.roleArn}\n\nExample AWS CLI command:\n  postern aws s3 ls\n\nOr start a local proxy:\n  postern proxy aws --app ${app}\n`,
    );
    return 0;
  },
};
