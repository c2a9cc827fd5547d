import { CliError, exitCodes } from '../cli-error.js';
import { type Answer, readObject } from './read-answer.js';

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
  readonly signal: AbortSignal;
}

const LONGEST_WAIT_MS = 60_000;
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Sends one request to the gateway and reads its answer.
 *
 * @throws ApiError for what the gateway refuses; CliError when it cannot be reached or is no gateway
 */
export async function send(
  { gateway, token, fetch, signal }: ApiOptions,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly answer: Answer }> {
  let status: number;
  let text: string;
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
    status = response.status;
    text = await response.text();
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw unreachable(gateway, cause);
  }
  if (status >= 200 && status < 300) {
    return { status, answer: text === '' ? {} : readObject(parse(text, gateway)) };
  }
  throw refusal(status, text, gateway);
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

function unreachable(gateway: string, cause: unknown): CliError {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const code = typeof inner === 'object' && inner !== null && 'code' in inner ? inner.code : '';
  const isTrust = /CERT|SIGNED|ISSUER/.test(String(code));
  const reason = inner instanceof Error && inner.message !== '' ? inner.message : String(code);
  return new CliError(
    isTrust
      ? `the certificate of ${gateway} is not trusted (${String(code)}): set NODE_EXTRA_CA_CERTS to the file of its authority`
      : `the gateway at ${gateway} cannot be reached (${reason}): is it running, and is the address right?`,
    { cause },
  );
}
