/** The wire protocol that decides the shape of an error answer. */
export type Protocol =
  | 'query'
  | 'ec2'
  | 's3'
  | 'restXml'
  | 'awsJson1.0'
  | 'awsJson1.1'
  | 'restJson'
  | 'cbor';

/** An error as AWS would answer it; caught by the dispatcher and rendered in the caller's protocol. */
export class AwsFault extends Error {
  /** AWS error code, such as `SignatureDoesNotMatch`. */
  readonly code: string;
  readonly status: number;
  /** Additional elements of an S3 error body, and nothing secret. */
  readonly details: Readonly<Record<string, string>>;
  /** Additional response headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the older query protocol calls this fault, for clients of newer protocols that ask for it. */
  readonly queryCode: string;

  constructor(
    code: string,
    status: number,
    message: string,
    extra: {
      readonly details?: Readonly<Record<string, string>> | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly queryCode?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'AwsFault';
    this.code = code;
    this.status = status;
    this.details = extra.details ?? {};
    this.headers = extra.headers ?? {};
    this.queryCode = extra.queryCode ?? code;
  }
}
