import { CliError, exitCodes } from '../cli-error.js';
import { type Answer, readObject } from './read-answer.js';
import { unreachable } from './unreachable.js';

/** What the gateway refused, in its own words. */
export class ApiError extends CliError {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message, { exitCode: status === 403 ? exitCodes.denied : exitCodes.fault });
    this.status = status;
    this.code = code;
  }
}

/** Where requests go, and as whom. */
export interface ApiOptions {
  /** An origin, from `parseGatewayUrl`. */
  readonly gateway: string;
  /** The bearer token of a login. Default: none. */
  readonly token?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const LONGEST_WAIT_MS = 60_000;
/** A gateway that starts or restarts says how long to wait; so often we do. */
const MOST_WAITS = 10;
const LONGEST_PAUSE_S = 5;
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Sends one request to the gateway and reads its answer.
 *
 * @throws ApiError for what the gateway refuses; CliError when it cannot be reached or is no gateway
 */
export async function send(
  o: ApiOptions,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const { gateway, sleep, signal } = o;
  for (let waits = 0; ; waits += 1) {
    const { status, text, pause } = await exchange(o, method, path, body);
    if (status >= 200 && status < 300) {
      return { status, answer: text === '' ? {} : readObject(parse(text, gateway)) };
    }
    if (pause === undefined) throw refusal(status, text, gateway);
    if (waits === MOST_WAITS) {
      throw new CliError(`the gateway at ${gateway} is starting or busy: try again in a moment`);
    }
    await sleep(pause * 1000, signal);
  }
}

/** `pause`: seconds to wait before the same is asked again, for an answer that says that nothing was done yet. */
async function exchange(
  { gateway, token, fetch, signal }: ApiOptions,
  method: string,
  path: string,
  body: object | undefined,
): Promise<{ readonly status: number; readonly text: string; readonly pause?: number }> {
  try {
    const response = await fetch(`${gateway}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A token must not follow wherever somebody points.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]),
    });
    const { status } = response;
    const text = await response.text();
    const seconds = Number(response.headers.get('retry-after') || Number.NaN);
    if (status !== 503 || !(seconds >= 0)) return { status, text };
    return { status, text, pause: Math.min(Math.max(seconds, 1), LONGEST_PAUSE_S) };
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw unreachable(gateway, cause);
  }
}

function parse(text: string, gateway: string): unknown {
  try {
    if (text.length <= LONGEST_ANSWER) return JSON.parse(text);
  } catch {
    // Said below, in terms of what the person asked for.
  }
  throw new CliError(`${gateway} does not answer like a Postern gateway: check the address`);
}

function refusal(status: number, text: string, gateway: string): CliError {
  let error: Answer = {};
  try {
    error = readObject(readObject(JSON.parse(text)).error);
  } catch {
    return new CliError(
      `${gateway} does not answer like a Postern gateway (status ${status}): check the address`,
    );
  }
  const { code, message } = error;
  return new ApiError(
    status,
    typeof code === 'string' ? code : 'unknown',
    typeof message === 'string' ? message : `the gateway refuses with status ${status}`,
  );
}
