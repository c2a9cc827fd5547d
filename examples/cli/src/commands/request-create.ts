import { parseDuration } from '@postern/config/duration';
import { ApiError } from '../api/send.js';
import type { RequestView } from '../api/types.js';
import { CliError, deniedError, usageError } from '../cli-error.js';
import { type Command, type CommandInput, gatewayOptions } from '../command.js';
import { requiredText, textOption } from '../options.js';
import { type LoggedIn, requireLogin } from '../session/require-login.js';
import { useRequest } from '../session/use-request.js';
import { printable } from '../table.js';
import { withProgress } from '../terminal/with-progress.js';

const LOOK_EVERY_MS = 3_000;

/** `postern request create`: asks for roles, and waits for the answer when told to. */
export const requestCreate: Command = {
  name: 'request create',
  group: 'Access',
  summary: 'ask for more roles, for a time',
  options: {
    roles: {
      type: 'string',
      value: 'NAME[,NAME]',
      summary: 'the roles to ask for',
      required: true,
    },
    reason: {
      type: 'string',
      value: 'TEXT',
      summary: 'what for; reviewers read it',
      required: true,
    },
    app: { type: 'string', value: 'APP', summary: 'the app it is about, for the reviewers' },
    'aws-role': { type: 'string', value: 'NAME|ARN', summary: 'the AWS role it is about' },
    duration: { type: 'string', value: 'TIME', summary: 'for how long, such as 2h or 30m' },
    wait: { type: 'boolean', summary: 'wait until it is reviewed, and use it then' },
    ...gatewayOptions,
  },
  examples: [
    'postern request create --roles prod-access --reason "incident 42" --duration 2h',
    'postern request create --roles prod-access --reason "incident 42" --wait',
  ],
  async run(input) {
    const logged = requireLogin(input);
    const created = await withProgress(input, 'asking for access', () =>
      logged.api
        .createRequest({
          roles: requiredText(input, 'roles', requestCreate).split(',').filter(Boolean),
          reason: requiredText(input, 'reason', requestCreate),
          app: textOption(input, 'app'),
          awsRole: textOption(input, 'aws-role'),
          durationSeconds: durationOf(input),
        })
        .catch((error) => {
          throw explainLimit(error);
        }),
    );
    // The id alone, for scripts; the rest is for people.
    input.out(`${created.id}\n`);
    if (input.options.wait === true) return waitAndUse(input, logged, created.id);
    input.err(
      `Asked for ${created.roles.join(', ')}; ${created.state}. When it is approved: postern request use ${created.id}\n`,
    );
    return 0;
  },
};

async function waitAndUse(input: CommandInput, logged: LoggedIn, id: string): Promise<number> {
  const reviewed = await withProgress(input, `waiting for the review of ${id}`, async () => {
    for (;;) {
      const request = (await logged.api.requests()).find((one) => one.id === id);
      if (request?.state !== 'pending') return request;
      await input.sleep(LOOK_EVERY_MS, input.signal);
    }
  });
  if (reviewed?.state === 'approved') {
    await useRequest(input, logged, id);
    return 0;
  }
  if (reviewed?.state === 'denied')
    throw deniedError(`the request was denied${reasonOf(reviewed)}`);
  throw new CliError(`the request is ${reviewed?.state ?? 'withdrawn'}: ask again`);
}

/** The gateway counts seconds; people write 1h. */
function explainLimit(error: unknown): unknown {
  const [, seconds] = (error instanceof ApiError && /(\d+) seconds/.exec(error.message)) || [];
  if (!(error instanceof ApiError) || seconds === undefined) return error;
  const longest = formatSeconds(Number(seconds));
  return new ApiError(
    error.status,
    error.code,
    error.message.replace(`${seconds} seconds`, longest),
  );
}

const formatSeconds = (seconds: number): string =>
  seconds % 3600 === 0
    ? `${seconds / 3600}h`
    : seconds % 60 === 0
      ? `${seconds / 60}m`
      : `${Math.floor(seconds / 60)}m${seconds % 60}s`;

const reasonOf = ({ reviews }: RequestView): string => {
  const last = reviews.findLast(({ verdict }) => verdict === 'deny');
  if (last === undefined) return '';
  return ` by ${printable(last.by)}${last.reason === undefined ? '' : `: ${printable(last.reason)}`}`;
};

function durationOf(input: CommandInput): number | undefined {
  const text = textOption(input, 'duration');
  if (text === undefined) return undefined;
  try {
    const seconds = Math.floor(parseDuration(text));
    if (seconds > 0) return seconds;
  } catch {
    // Said below, with an example.
  }
  throw usageError(`--duration "${text}" is no time: write 30m or 2h`);
}
