const LOOKED_AT = 8 * 1024;
const XML_CODE = /<Code>([^<]{1,128})<\/Code>/;
const JSON_TYPE = /"(?:__type|code|Code)"\s*:\s*"([^"\\]{1,256})"/;
// A text string of a CBOR map: the key `__type`, then a string whose length is in the head or in one byte behind it.
const CBOR_TYPE = /f__type(?:[\x60-\x77]|\x78[\s\S]|\x79[\s\S]{2})([A-Za-z0-9_.#-]{1,256})/;

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
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, LOOKED_AT)).toString(
    'latin1',
  );
  const [, found] = XML_CODE.exec(text) ?? JSON_TYPE.exec(text) ?? CBOR_TYPE.exec(text) ?? [];
  return found === undefined ? undefined : shortName(found);
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
