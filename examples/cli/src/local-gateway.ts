import {
  createAccess,
  createGateway,
  createUpstream,
  type Directory,
  type Gateway,
  type Login,
  loadDirectory,
} from '@postern/gateway';
import { findBaseCredentials } from '@postern/gateway/base-credentials';
import { CliError, deniedError, usageError } from './cli-error.js';
import type { CommandInput } from './command.js';
import { textOption } from './options.js';

/** A gateway in this process, for one identity. */
export interface LocalGateway {
  readonly gateway: Gateway;
  /** With the full ARN of the role, which is allowed. */
  readonly login: Login & { readonly role: string };
  readonly region: string | undefined;
}

/** Who wants what, from the options. */
export function loginOf(input: CommandInput): Login {
  return {
    user: localText(input, 'user', 'NAME', 'POSTERN_USER'),
    app: localText(input, 'app', 'APP', 'POSTERN_APP'),
    role: textOption(input, 'aws-role'),
  };
}

/** The folder of documents. */
export const configOf = (input: CommandInput): string =>
  localText(input, 'config', 'DIR', 'POSTERN_CONFIG');

/** What local mode cannot do without; a gateway knows it from the login. */
function localText(input: CommandInput, name: string, value: string, env: string): string {
  const text = textOption(input, name);
  if (text !== undefined) return text;
  throw usageError(`local mode (--config) needs --${name} ${value} too (or set ${env})`);
}

/**
 * Builds the gateway of local mode: resources from a folder, base credentials from the AWS provider chain.
 *
 * @throws CliError for a role that is not allowed, and for missing credentials
 */
export async function createLocalGateway(input: CommandInput): Promise<LocalGateway> {
  const directory = await loadDirectory(configOf(input), input);
  const login = loginOf(input);
  const role = requireAccess(directory, login, input.clock());
  const base = await findBaseCredentials();
  const upstream = textOption(input, 'upstream');
  const region = input.env.AWS_REGION || input.env.AWS_DEFAULT_REGION || undefined;
  const gateway = createGateway({
    directory,
    ...base,
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
  throw deniedError(
    `${login.user} may not use ${roleArn} in app "${login.app}".\n${access.explain(question).trimEnd()}`,
  );
}
