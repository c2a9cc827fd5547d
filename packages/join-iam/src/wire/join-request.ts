import { JoinIamError } from '../errors.js';
import { MAX_REQUEST_BYTES, MAX_REQUESTS } from './constants.js';
import { withPrintedForm } from './with-printed-form.js';

/** What the joiner sends: one signed request for each endpoint, the preferred one first. */
export interface JoinRequest {
  /** HTTP/1.1 requests as bytes. They are bearer proofs for 15 minutes: send them over TLS only, never log them. */
  readonly requests: readonly Uint8Array[];
}

/** Longest base64 text of one request. */
const MAX_TEXT = Math.ceil(MAX_REQUEST_BYTES / 3) * 4;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Writes a join request for JSON transports: one base64 text for each signed request. */
export function encodeJoinRequest(request: JoinRequest): readonly string[] {
  return request.requests.map((bytes) => Buffer.from(bytes).toString('base64'));
}

/**
 * Reads what `encodeJoinRequest` wrote, on the side of the server.
 *
 * @param value - the parsed JSON value; untrusted
 * @throws {@link JoinIamError} `request-malformed`, `request-too-large`
 */
export function decodeJoinRequest(value: unknown): JoinRequest {
  if (!Array.isArray(value) || value.length === 0) {
    throw malformed('The join request is not a list of base64 texts.');
  }
  checkRequestCount(value.length);
  const requests = value.map(decodeOne);
  return withPrintedForm({ requests }, () => ({ requests: `${requests.length} signed` }));
}

/**
 * The join request in whatever form it arrived: as bytes, or as the JSON value.
 *
 * @throws JoinIamError `request-malformed`, `request-too-large`
 */
export function readJoinRequest(value: unknown): JoinRequest {
  const requests: unknown =
    typeof value === 'object' && value !== null && 'requests' in value ? value.requests : undefined;
  if (!Array.isArray(requests)) return decodeJoinRequest(value);
  if (requests.length === 0) throw malformed('The join request has no signed request.');
  checkRequestCount(requests.length);
  return { requests };
}

function checkRequestCount(count: number): void {
  if (count <= MAX_REQUESTS) return;
  throw new JoinIamError('request-too-large', {
    message: `A join request has at most ${MAX_REQUESTS} signed requests.`,
  });
}

function decodeOne(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw malformed('The join request is not a list of base64 texts.');
  if (text.length > MAX_TEXT) {
    throw new JoinIamError('request-too-large', {
      message: `The signed request is larger than ${MAX_REQUEST_BYTES} bytes.`,
    });
  }
  // Buffer.from skips what it does not understand, so the grammar is checked first.
  if (!BASE64.test(text))
    throw malformed('The join request is not in standard base64 with padding.');
  return Buffer.from(text, 'base64');
}

function malformed(message: string): JoinIamError {
  return new JoinIamError('request-malformed', { message });
}
