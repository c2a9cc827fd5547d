import { Refusal } from '@postern/sign-in';

/** What can be wrong with what a person asked of the gateway, and the HTTP status that says so. */
const STATUS = {
  'invalid-resources': 500,
  'unknown-user': 404,
  'unknown-app': 404,
  'not-an-aws-app': 400,
  'unknown-role': 400,
  'no-role': 403,
  'role-required': 400,
  'role-not-found': 404,
  'role-ambiguous': 400,
  'malformed-arn': 400,
  denied: 403,
  'bad-login': 401,
  'not-signed-in': 401,
  locked: 403,
  'not-found': 404,
  'not-allowed': 403,
  conflict: 409,
  'malformed-request': 400,
  unavailable: 503,
} as const;

export type GatewayErrorCode = keyof typeof STATUS;

/** One clear sentence for the person who asked, with the fix in it. */
export class GatewayError extends Refusal {
  override readonly name = 'GatewayError';

  constructor(code: GatewayErrorCode, message: string) {
    super(STATUS[code], code, message);
  }
}
