import { SigV4ProxyError } from '../errors.js';

/** A host name of a request, checked for form and in lower case; the port as written, undefined without one. */
export interface HostName {
  /** Lower-case letters, digits, hyphens, dots and, left of an S3 label, underscores. Never an IP literal. */
  readonly name: string;
  /** The digits after the colon. */
  readonly port?: string | undefined;
}

const MAX_NAME = 253;
const MAX_LABEL = 63;
const FORM = /^([A-Za-z0-9._-]+)(?::([0-9]+))?$/;
/** Two more than the longest name and port that can be right: bounds the work on hostile input. */
const MAX_TEXT = MAX_NAME + 8;

/**
 * Splits `name[:port]` and refuses everything that a URL parser, a resolver or a log could read as another host: userinfo,
 * slashes, percent signs, lists, control and non-ASCII characters, empty or overlong labels, and IP addresses in any notation.
 *
 * @param text attacker-controlled
 * @throws {@link SigV4ProxyError} `bad-host`
 * @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1
 */
export function parseHostName(text: string): HostName {
  const match = text.length <= MAX_TEXT ? FORM.exec(text) : null;
  const name = match?.[1]?.toLowerCase();
  if (name === undefined || name.length > MAX_NAME) throw badHost();
  const labels = name.split('.');
  labels.forEach((label, index) => {
    if (label === '' || label.length > MAX_LABEL) throw badHost();
    if (label.startsWith('-') || label.endsWith('-')) throw badHost();
    if (label.includes('_') && !isLeftOfS3(labels, index)) throw badHost();
  });
  if (endsInNumber(labels)) throw badHost();
  return { name, port: match?.[2] };
}

/** Buckets of before 2018 may hold underscores, and bucket names stand left of the S3 label. */
function isLeftOfS3(labels: readonly string[], index: number): boolean {
  return labels.slice(index + 1).some((label) => label === 's3' || label.startsWith('s3-'));
}

/** Resolvers and URL parsers read a name whose last label is a number, decimal or hexadecimal, as an IPv4 address. */
export function endsInNumber(labels: readonly string[]): boolean {
  return /^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
}

function badHost(): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-host',
    'The host is not a plain DNS name with an optional port; send the name of the AWS endpoint, such as sts.us-east-1.amazonaws.com.',
  );
}
