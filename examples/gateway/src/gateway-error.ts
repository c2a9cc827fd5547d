/** What can be wrong with what a person asked of the gateway. */
export type GatewayErrorCode =
  | 'invalid-resources'
  | 'unknown-user'
  | 'unknown-app'
  | 'not-an-aws-app'
  | 'unknown-role'
  | 'unknown-token'
  | 'no-role'
  | 'role-required'
  | 'role-not-found'
  | 'role-ambiguous'
  | 'malformed-arn'
  | 'denied';

/** One clear sentence for the person who asked, with the fix in it. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
