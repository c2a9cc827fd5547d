import { CliError } from '../cli-error.js';
import { printable } from '../table.js';
import { isLoopback } from './gateway-url.js';

/** Why no answer came, in words that say what to do; what libraries say about it is for `--debug`. */
export function unreachable(gateway: string, cause: unknown): CliError {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const code = codeOf(inner);
  return new CliError(sentenceFor(gateway, code, inner), { cause });
}

function sentenceFor(gateway: string, code: string, inner: unknown): string {
  const { protocol, host, hostname } = new URL(gateway);
  if (/WRONG_VERSION|UNKNOWN_PROTOCOL|HTTP_REQUEST|PACKET_LENGTH|EPROTO/.test(code)) {
    const isHere = isLoopback(hostname);
    return `${gateway} does not speak TLS: ${isHere ? `write --gateway http://${host}` : 'is the port right?'}`;
  }
  if (/CERT|SIGNED|ISSUER/.test(code)) {
    const [what, fix] = /ALTNAME/.test(code)
      ? ['is for another name', 'write the name that it is for']
      : /EXPIRED|NOT_YET/.test(code)
        ? ['is not valid now', 'tell whoever runs the gateway, or set the clock of this machine']
        : ['is not trusted', 'set NODE_EXTRA_CA_CERTS to the file of its authority'];
    return `the certificate of ${gateway} ${what} (${code}): ${fix}`;
  }
  const why = REASONS[code] ?? (code || firstLineOf(inner));
  // What speaks TLS hangs up on whoever does not.
  const isClosed = protocol === 'http:' && /UND_ERR_SOCKET|ECONNRESET|HPE_/.test(code);
  const tls = isClosed ? ` If it speaks TLS, write --gateway https://${host}` : '';
  return `the gateway at ${gateway} cannot be reached (${why}): is it running, and is the address right?${tls}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ECONNRESET: 'it broke off',
  UND_ERR_SOCKET: 'it broke off',
};

/** OpenSSL ends its codes with what happened; several addresses that failed are one error with many causes. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? '' : codeOf(first);
}

function firstLineOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return printable(line);
}
