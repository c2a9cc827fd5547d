/** How much of an error's body is looked at. */
export const ERROR_BYTES = 8 * 1024;
const XML_CODE = /<Code>([^<]{1,128})<\/Code>/;
const JSON_TYPE = /"(?:__type|code|Code)"\s*:\s*"([^"\\]{1,256})"/;
const CBOR_KEY = 'f__type';

/**
 * The error code in an AWS error response, by its last part: `ExpiredToken`, `ResourceNotFoundException`.
 *
 * @param errorType header `x-amzn-errortype`, which wins
 * @param body the body, or its beginning; its first 8 KiB are looked at
 * @returns undefined when none is found
 */
export function awsErrorCode(
  errorType: string | undefined,
  body: Uint8Array | undefined,
): string | undefined {
  if (errorType !== undefined) return shortName(errorType);
  if (body === undefined || body.length === 0) return undefined;
  const text = Buffer.from(
    body.buffer,
    body.byteOffset,
    Math.min(body.length, ERROR_BYTES),
  ).toString('latin1');
  const found = (XML_CODE.exec(text) ?? JSON_TYPE.exec(text))?.[1] ?? cborType(text);
  return found === undefined ? undefined : shortName(found);
}

/** The text string behind the key `__type` of a CBOR map; bytes as latin1. */
function cborType(text: string): string | undefined {
  const key = text.indexOf(CBOR_KEY);
  if (key < 0) return undefined;
  const head = key + CBOR_KEY.length;
  const type = text.charCodeAt(head);
  // Major type 3; lengths up to 23 stand in the head itself, 0x78 and 0x79 are followed by one and two bytes of length.
  if (type >= 0x60 && type <= 0x77) return text.slice(head + 1, head + 1 + type - 0x60);
  if (type === 0x78) return text.slice(head + 2, head + 2 + text.charCodeAt(head + 1));
  if (type !== 0x79) return undefined;
  const length = text.charCodeAt(head + 1) * 256 + text.charCodeAt(head + 2);
  return text.slice(head + 3, head + 3 + Math.min(length, 256));
}

const EXPIRED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
]);

/** Whether AWS refused the upstream credentials because they have expired. */
export function isExpiredCode(code: string | undefined): boolean {
  return code !== undefined && EXPIRED.has(code);
}

/** `com.amazonaws.dynamodb.v20120810#Name:http://...` says `Name`. */
function shortName(text: string): string {
  const [head = ''] = text.split(':', 1);
  return head.slice(head.lastIndexOf('#') + 1).trim();
}
