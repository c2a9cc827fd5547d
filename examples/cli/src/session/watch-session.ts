import { ApiError } from '../api/send.js';
import { CliError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import type { AppSession } from './app-session.js';

/** A look at a file costs nothing, one at the gateway a request. */
const LOOK_EVERY_MS = 1_000;
const ASK_EVERY = 5;

/**
 * Waits until the session is over, or the signal is aborted.
 *
 * @param isHere whether the files that clients need are still there
 * @returns a sentence that says why it is over; undefined when the person stopped the command
 */
export async function watchSession(
  used: Pick<AppSession, 'session' | 'api'>,
  input: Pick<CommandInput, 'clock' | 'sleep' | 'signal'>,
  isHere: () => boolean,
): Promise<string | undefined> {
  const { clock, sleep, signal } = input;
  for (let look = 1; !signal.aborted; look += 1) {
    const left = Date.parse(used.session.expiresAt) - clock().getTime();
    try {
      await sleep(Math.max(0, Math.min(left, LOOK_EVERY_MS)), signal);
    } catch {
      return undefined;
    }
    if (!isHere()) {
      const { app, roleArn } = used.session;
      return `the app "${app}" was closed or opened anew on this machine: postern apps login --aws-role ${roleArn} ${app}, then start this again`;
    }
    if (look % ASK_EVERY !== 0 && left > LOOK_EVERY_MS) continue;
    // The gateway may be restarting; whether the session outlived that is seen when it is back.
    const reason = await whyEnded(used, input, () => undefined);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * Why the session is over; undefined while it is not.
 *
 * @param whenAway what to say about a gateway that does not answer. Default: that it does not
 */
export async function whyEnded(
  { session, api }: Pick<AppSession, 'session' | 'api'>,
  { clock, signal }: Pick<CommandInput, 'clock' | 'signal'>,
  whenAway = (error: CliError): string | undefined => error.message,
): Promise<string | undefined> {
  const again = `postern apps login --aws-role ${session.roleArn} ${session.app}`;
  if (Date.parse(session.expiresAt) <= clock().getTime()) {
    return `the session of app "${session.app}" has reached its end: ${again}`;
  }
  try {
    if ((await api.sessionIds()).has(session.id)) return undefined;
    return `the session of app "${session.app}" was ended at the gateway, by a lock or a logout: ${again}`;
  } catch (error) {
    if (signal.aborted || !(error instanceof CliError)) return undefined;
    if (!(error instanceof ApiError)) return whenAway(error);
    return error.status === 401 ? error.message : undefined;
  }
}
