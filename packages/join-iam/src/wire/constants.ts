/** The only body that is ever sent: the call that reports who signed it. */
export const CALLER_IDENTITY_BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

/** SHA-256 of {@link CALLER_IDENTITY_BODY}, hexadecimal. */
export const CALLER_IDENTITY_BODY_SHA256 =
  'ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843';

/** The content type our client sends. */
export const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

/** The other spelling a signer may use. */
export const CONTENT_TYPE_PLAIN = 'application/x-www-form-urlencoded';

/** Asks STS for JSON, so that no XML parser is needed. */
export const ACCEPT = 'application/json';

/** Signature Version 4 with HMAC; nothing else is accepted. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Name of the service in the credential scope. */
export const SERVICE = 'sts';

/** Last part of the credential scope. */
export const SCOPE_TERMINATOR = 'aws4_request';

/** Most bytes of one signed request. Session tokens are a few KiB. */
export const MAX_REQUEST_BYTES = 16_384;

/** Most header lines of one signed request. */
export const MAX_HEADER_LINES = 32;

/** Most signed requests for one challenge. */
export const MAX_REQUESTS = 4;

/** Most characters of a session token. */
export const MAX_SESSION_TOKEN_LENGTH = 8_192;

/** STS itself refuses timestamps that are further off. */
export const MAX_CLOCK_SKEW_SECONDS = 900;

/** Default lifetime of a challenge in seconds. */
export const CHALLENGE_LIFETIME_SECONDS = 60;

/** Default name of the header that carries the challenge. */
export const CHALLENGE_HEADER = 'X-Join-Challenge';

/** Default name of the header that carries the audience. */
export const AUDIENCE_HEADER = 'X-Join-Audience';

/** Default name of the header that carries the binding. */
export const BINDING_HEADER = 'X-Join-Binding';
