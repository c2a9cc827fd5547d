import type { ApiClient } from '../api/client.js';
import { ApiError } from '../api/send.js';
import type { AppView, WantedRole } from '../api/types.js';
import { hint } from '../suggest.js';
import { printable } from '../table.js';

const UNCLEAR = ['role-ambiguous', 'role-required'];

/**
 * Adds to what the gateway says about a role what helps at a command line: the option, the names there are, the command that
 * asks for access.
 */
export async function explainRefusal(
  error: unknown,
  { app, awsRole }: WantedRole,
  api: Pick<ApiClient, 'apps'>,
): Promise<unknown> {
  if (!(error instanceof ApiError)) return error;
  const { status, code, message } = error;
  const said = message.replace(/[.\s]+$/, '');
  const again = (text: string) => new ApiError(status, code, text);
  if (UNCLEAR.includes(code)) return again(`${said}; give one with --aws-role`);
  // A lock is no matter of roles.
  const isAboutRole = status === 403 && code !== 'locked';
  if (!isAboutRole && code !== 'role-not-found') return error;
  // The refusal stands whether or not more can be found out.
  const found = await api.apps().catch(() => []);
  const view = found.find(({ name }) => name === app);
  if (view === undefined) return error;
  const isListed = view.roles.some(({ arn, name }) => awsRole === arn || awsRole === name);
  // Why no role of the user names a role that nobody offers is a long story about a slip.
  const story = isListed || awsRole === undefined ? said : unknownRole(awsRole, view);
  return again([story, ...adviceFor(view, awsRole)].join('\n'));
}

function unknownRole(awsRole: string, { name, roles }: AppView): string {
  const meant = hint(
    awsRole,
    roles.map((role) => role.name),
  );
  return `you have no AWS role "${printable(awsRole)}" in app "${name}"${meant}`;
}

function adviceFor({ name, roles }: AppView, awsRole: string | undefined): readonly string[] {
  const usable = roles.filter(({ status }) => status === 'usable').map((role) => role.name);
  const wanted = roles.find((role) => role.arn === awsRole || role.name === awsRole);
  const [ask] = wanted?.requestable ?? roles.flatMap(({ requestable }) => requestable);
  return [
    usable.length === 0
      ? `No role of "${name}" is usable for you now.`
      : `Usable in "${name}": ${[...new Set(usable)].join(', ')}.`,
    ...(ask === undefined
      ? []
      : [`Ask for access: postern request create --roles ${ask} --app ${name} --reason TEXT`]),
  ].map(printable);
}
