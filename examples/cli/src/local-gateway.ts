import {
  createAccess,
  createGateway,
  createUpstream,
  type Directory,
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
  /** With the full ARN of the role, which is allowed. */
  readonly login: Login & { readonly role: string };
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

/**
 * Builds the gateway of local mode: resources from a folder, base credentials from the AWS provider chain.
 *
 * @throws CliError for a role that is not allowed, and for missing credentials
 */
export async function createLocalGateway(input: CommandInput): Promise<LocalGateway> {
  const directory = await loadDirectory(requiredText(input, 'config'), input);
  const login = loginOf(input);
  const role = requireAccess(directory, login, input.clock());
  const base = await findBaseCredentials();
  const upstream = textOption(input, 'upstream');
  const region = input.env.AWS_REGION || input.env.AWS_DEFAULT_REGION || undefined;
  const gateway = createGateway({
    directory,
    credentials: base.provider,
    credentialSource: base.source,
    hasSessionToken: base.hasSessionToken,
    region,
    upstream: upstream === undefined ? undefined : openUpstream(upstream),
    clock: input.clock,
    onProblem: tellOnce(input),
    onAudit: (event) => {
      if (input.options.audit) input.err(`${JSON.stringify(event)}\n`);
    },
  });
  return { gateway, login: { ...login, role }, region };
}

/** Clients only hear that credentials are not to be had; here stands why. Retries of clients would repeat it. */
function tellOnce({ err }: CommandInput): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (!told.has(message)) err(`postern: ${message}\n`);
    told.add(message);
  };
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
 * Makes sure that the role is allowed before anything else is looked for.
 *
 * @returns the ARN of the role
 * @throws CliError with the explanation of the decision
 */
function requireAccess(directory: Directory, login: Login, now: Date): string {
  const access = createAccess(directory);
  const app = directory.app(login.app);
  const roleArn = access.resolveRole(login.user, app, login.role);
  const question = { user: login.user, app, roleArn, now };
  if (access.decide(question).decision === 'allow') return roleArn;
  throw new CliError(
    `${login.user} may not use ${roleArn} in app "${login.app}".\n${access.explain(question).trimEnd()}`,
  );
}
