import { DEFAULT_AUDIENCE, issuerFromPublicAddress } from '@postern/federation/oidc';
import { createApiClient } from '../api/client.js';
import { usageError } from '../cli-error.js';
import { type Command, type CommandInput, gatewayOptions } from '../command.js';
import { openStore } from '../home/store.js';
import { textOption } from '../options.js';
import { gatewayOption } from '../session/require-login.js';
import { checkExport } from '../setup/check-export.js';
import { formatPlan, planFormats } from '../setup/format-plan.js';
import { planIntegration } from '../setup/integration-plan.js';
import { printable } from '../table.js';
import { withProgress } from '../terminal/with-progress.js';

/** `postern setup aws-oidc`: what AWS has to be told so that the gateway needs no AWS key; `--check` is its doctor. */
export const setupAwsOidc: Command = {
  name: 'setup aws-oidc',
  group: 'Set up',
  summary: 'print what makes the gateway an identity provider of an AWS account, or check it',
  options: {
    account: { type: 'string', value: 'ID', summary: 'the AWS account, twelve digits' },
    partition: {
      type: 'string',
      value: 'NAME',
      summary: 'default: aws',
      choices: ['aws', 'aws-us-gov', 'aws-cn'],
    },
    role: { type: 'string', value: 'NAME', summary: 'the role; default: PosternIntegration' },
    integration: {
      type: 'string',
      value: 'NAME',
      summary: 'the integration; default: my-integration',
    },
    cluster: { type: 'string', value: 'NAME', summary: 'default: the host of the issuer' },
    issuer: {
      type: 'string',
      value: 'URL',
      summary: 'the public address of the gateway; default: asked of it',
    },
    audience: { type: 'string', value: 'TEXT', summary: `default: ${DEFAULT_AUDIENCE}` },
    subject: { type: 'string', value: 'TEXT', summary: 'default: system:proxy' },
    format: {
      type: 'string',
      value: 'FORMAT',
      summary: `${planFormats.join(', ')}; default: documents`,
      choices: planFormats,
    },
    check: {
      type: 'string',
      value: 'FILE',
      summary: 'check a role that "aws iam get-role" has printed; "-" is standard input',
    },
    policy: {
      type: 'string',
      value: 'FILE',
      summary: 'with --check: its inline policy, as "aws iam get-role-policy" has printed it',
    },
    target: {
      type: 'boolean',
      summary: 'with --check: the role is one that people use through the integration',
    },
    'external-id': {
      type: 'string',
      value: 'TEXT',
      summary: 'with --target: the external id of the app',
    },
    ...gatewayOptions,
  },
  examples: [
    'postern setup aws-oidc --account 123456789012',
    'postern setup aws-oidc --account 123456789012 --format terraform > integration.tf',
    'aws iam get-role --role-name PosternIntegration | postern setup aws-oidc --check -',
  ],
  async run(input) {
    const issuer = textOption(input, 'issuer') ?? (await askForIssuer(input));
    const names = {
      issuer,
      audience: textOption(input, 'audience') ?? DEFAULT_AUDIENCE,
      subject: textOption(input, 'subject') ?? 'system:proxy',
      partition: textOption(input, 'partition') ?? 'aws',
      roleName: roleNameOf(input),
      integration: textOption(input, 'integration') ?? 'my-integration',
      cluster:
        textOption(input, 'cluster') ?? new URL(issuerFromPublicAddress(issuer).issuer).hostname,
    };
    const file = textOption(input, 'check');
    if (file !== undefined) return checkExport(input, file, names);
    const accountId = textOption(input, 'account');
    if (accountId === undefined) throw usageError('which AWS account? Give --account ID.');
    const format = planFormats.find((name) => name === input.options.format) ?? 'documents';
    const plan = planIntegration({ ...names, accountId });
    input.out(formatPlan(plan, format));
    for (const warning of plan.warnings) input.err(`postern: warning: ${warning}\n`);
    return 0;
  },
};

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
function roleNameOf(input: CommandInput): string {
  const name = textOption(input, 'role') ?? 'PosternIntegration';
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw usageError(
    `--role "${printable(name)}" is no name of an IAM role: use 1 to 64 letters, digits and _+=,.@-`,
  );
}

/** The gateway knows its public address; no login is needed to ask. */
async function askForIssuer(input: CommandInput): Promise<string> {
  const { fetch, sleep, signal } = input;
  const store = openStore(input);
  const profile = textOption(input, 'profile') ?? store.current();
  const gateway =
    gatewayOption(input) ?? (profile === undefined ? undefined : store.login(profile)?.gateway);
  if (gateway === undefined) {
    throw usageError(
      'what is the public address of the gateway? Give --issuer URL, or --gateway URL to ask it.',
    );
  }
  const api = createApiClient({ gateway, fetch, sleep, signal });
  const { publicAddress } = await withProgress(input, `asking ${gateway}`, () => api.info());
  if (publicAddress.startsWith('https:')) return publicAddress;
  throw usageError(
    `the gateway calls itself ${publicAddress}, and AWS takes https addresses only: start it with --public-address, or give --issuer URL`,
  );
}
