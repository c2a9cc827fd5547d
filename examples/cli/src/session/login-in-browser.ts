import type { ApiClient } from '../api/client.js';
import { ApiError } from '../api/send.js';
import type { NewLogin } from '../api/types.js';
import { CliError, deniedError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import { withProgress } from '../terminal/with-progress.js';

const LONGEST_INTERVAL_S = 60;

/**
 * The device flow: shows an address and a code, and waits until somebody who is signed in there has confirmed the code.
 *
 * @throws CliError when the code was refused or not confirmed in time
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5
 */
export async function loginInBrowser(api: ApiClient, input: CommandInput): Promise<NewLogin> {
  const { terminal, clock, sleep, signal } = input;
  const started = await api.startBrowserLogin();
  input.err(
    `Open this address in a browser and confirm the code:\n\n  ${started.verifyUrl}\n  Code: ${started.userCode}\n\n`,
  );
  if (terminal.isInteractive && isWebAddress(started.verifyUrl)) {
    terminal.openBrowser(started.verifyUrl);
  }
  let seconds = Math.min(Math.max(started.intervalSeconds, 1), LONGEST_INTERVAL_S);
  return withProgress(input, 'waiting for the browser', async () => {
    while (clock().getTime() < Date.parse(started.expiresAt)) {
      await sleep(seconds * 1000, signal);
      try {
        const login = await api.pollBrowserLogin(started.deviceCode);
        if (login) return login;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 410) break;
        if (error.status === 403) throw deniedError(error.message);
        if (error.status !== 429) throw error;
        // Asked too often: slower from now on.
        seconds = Math.min(seconds + 5, LONGEST_INTERVAL_S);
      }
    }
    throw new CliError('nobody confirmed the code in time: run "postern login --browser" again');
  });
}

/** What the gateway says is handed to another program: nothing but a web address may be. */
function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
