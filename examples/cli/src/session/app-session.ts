import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { OpenedSession } from '../api/types.js';
import { CliError, usageError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import { writePrivateFile } from '../home/private-files.js';
import type { StoredSession } from '../home/store.js';
import { textOption } from '../options.js';
import { withProgress } from '../terminal/with-progress.js';
import { explainRefusal } from './explain-refusal.js';
import { type LoggedIn, requireLogin } from './require-login.js';

/** An app session for the length of one command. */
export interface AppSession extends LoggedIn {
  readonly session: StoredSession;
  /** Ends the session if it was opened for this command only. */
  release(): Promise<void>;
}

/**
 * The app session of `apps login`, or a new one when `--app` names an app that is not open, or asks for another role in it.
 *
 * @throws CliError saying which command helps, when no app or more than one could be meant
 */
export async function useAppSession(input: CommandInput): Promise<AppSession> {
  const logged = requireLogin(input);
  const app = textOption(input, 'app');
  const awsRole = textOption(input, 'aws-role');
  const stored = logged.store.sessions(logged.profile);
  const open = stored.filter(({ expiresAt }) => Date.parse(expiresAt) > input.clock().getTime());
  const session = chooseSession(open, stored, app, awsRole);
  if (session) return { ...logged, session, release: async () => {} };
  return openForNow(input, logged, { app: app ?? '', awsRole });
}

/** Certificates that clients of this session must trust: the gateway's, and those that they trust anyway. */
export function bundleOf({ caCertificate }: Pick<OpenedSession, 'caCertificate'>): string {
  return `${[caCertificate, ...rootCertificates].map((pem) => pem.trim()).join('\n')}\n`;
}

/** Undefined when a session is to be opened. */
function chooseSession(
  open: readonly StoredSession[],
  stored: readonly StoredSession[],
  app: string | undefined,
  awsRole: string | undefined,
): StoredSession | undefined {
  const isRole = ({ roleArn }: StoredSession) =>
    awsRole === undefined || roleArn === awsRole || roleArn.split('/').at(-1) === awsRole;
  if (app !== undefined) return open.find((session) => session.app === app && isRole(session));
  const fitting = open.filter(isRole);
  const [session, another] = fitting;
  if (session !== undefined && another === undefined) return session;
  if (session !== undefined) {
    const names = fitting.map((one) => one.app).join(', ');
    throw usageError(`several apps are open (${names}): give --app`);
  }
  const [ended] = stored;
  if (ended !== undefined && open.length === 0) {
    throw new CliError(
      `the session of app "${ended.app}" ended at ${ended.expiresAt}: postern apps login --aws-role ${ended.roleArn} ${ended.app}`,
    );
  }
  throw usageError(
    open.length === 0
      ? 'no app is open: "postern apps ls" shows them, "postern apps login --aws-role ROLE APP" opens one'
      : `no open app has the role ${awsRole}: give --app too`,
  );
}

async function openForNow(
  input: CommandInput,
  logged: LoggedIn,
  wanted: { readonly app: string; readonly awsRole: string | undefined },
): Promise<AppSession> {
  const opened = await withProgress(input, `opening ${wanted.app}`, () =>
    logged.api.openSession(wanted).catch(async (error) => {
      throw await explainRefusal(error, wanted, logged.api);
    }),
  );
  const folder = mkdtempSync(join(logged.store.folder(logged.profile), 'run-'));
  const { caCertificate: _, ...rest } = opened;
  const caBundle = join(folder, 'ca-bundle.pem');
  writePrivateFile(caBundle, bundleOf(opened), input.uid);
  return {
    ...logged,
    session: { ...rest, caBundle },
    async release() {
      rmSync(folder, { recursive: true, force: true });
      // Whatever the gateway says now: the session ends by itself at the latest when the login does.
      const { fetch } = input;
      const { login } = logged;
      await endQuietly({ fetch, gateway: login.gateway, token: login.token }, opened.id);
    },
  };
}

/** Ends a session at the gateway even when the command was interrupted. */
async function endQuietly(
  o: {
    readonly fetch: typeof globalThis.fetch;
    readonly gateway: string;
    readonly token: string;
  },
  id: string,
): Promise<void> {
  try {
    await o.fetch(`${o.gateway}/api/v1/sessions/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${o.token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(3_000),
    });
  } catch {
    // It ends by itself.
  }
}
