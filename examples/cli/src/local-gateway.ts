import {
  createGateway,
  createUpstream,
  type Gateway,
  type Login,
  loadDirectory,
} from '@postern/gateway';
import { findBaseCredentials } from './base-credentials.js';
import { CliError } from './cli-error.js';
import type { CommandInput } from './command.js';

/** A gateway in this process, for one identity. */
export interface LocalGateway {
  readonly gateway: Gateway;
  readonly login: Login;
  readonly region: string | undefined;
}

/** Text of an option; the table of options says that it is one. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Text of an option that the command line parser has made sure of. */
export function requiredText(input: CommandInput, name: string): string {
  return textOption(input, name) ?? '';
}

/** Who wants what, from the options. */
export function loginOf(input: CommandInput): Login {
  return {
    user: requiredText(input, 'user'),
    app: requiredText(input, 'app'),
    role: textOption(input, 'aws-role'),
  };
}

/** Builds the gateway of local mode: resources from a folder, base credentials from the AWS provider chain. */
export async function createLocalGateway(input: CommandInput): Promise<LocalGateway> {
  const directory = await loadDirectory(requiredText(input, 'config'), input);
  const base = await findBaseCredentials(input.env);
  const upstream = textOption(input, 'upstream');
  const region = input.env.AWS_REGION ?? input.env.AWS_DEFAULT_REGION;
  const gateway = createGateway({
    directory,
    credentials: base.provider,
    credentialSource: base.source,
    hasSessionToken: base.hasSessionToken,
    region,
    upstream: upstream === undefined ? undefined : openUpstream(upstream),
    clock: input.clock,
    onAudit: (event) => {
      if (input.options.audit) input.err(`${JSON.stringify(event)}\n`);
    },
  });
  return { gateway, login: loginOf(input), region };
}

function openUpstream(url: string) {
  try {
    return createUpstream(url);
  } catch (cause) {
    throw new CliError(`--upstream: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * Makes sure that the role is allowed before anything starts.
 *
 * @returns the ARN of the role
 * @throws CliError with the explanation of the decision
 */
export function requireAccess({ gateway, login }: LocalGateway, input: CommandInput): string {
  const app = gateway.app(login.app);
  const roleArn = gateway.access.resolveRole(login.user, app, login.role);
  const question = { user: login.user, app, roleArn, now: input.clock() };
  if (gateway.access.decide(question).decision === 'deny') {
    throw new CliError(
      `${login.user} may not use ${roleArn} in app "${login.app}".\n${gateway.access.explain(question)}`,
    );
  }
  return roleArn;
}
