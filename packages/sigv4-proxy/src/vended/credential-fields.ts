/** Credentials that AWS handed to a client. Keep them out of logs. */
export interface VendedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** When AWS stops taking them; undefined when the answer does not say. */
  readonly expiration?: Date | undefined;
}

/** The fields of a credential, under the names that AWS uses in its formats. */
export type CredentialField = 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration';

const FIELDS: ReadonlyMap<string, CredentialField> = new Map([
  ['accesskeyid', 'accessKeyId'],
  ['secretaccesskey', 'secretAccessKey'],
  // Cognito's word for it.
  ['secretkey', 'secretAccessKey'],
  ['sessiontoken', 'sessionToken'],
  ['expiration', 'expiration'],
  // The word of Systems Manager.
  ['expirationtime', 'expiration'],
]);

/** The field that a member or element holds, whatever the case of its name. */
export function credentialField(name: string): CredentialField | undefined {
  return name.length > 20 ? undefined : FIELDS.get(name.toLowerCase());
}

/** Later than any session AWS gives out; bigger numbers are milliseconds. */
const MAX_EPOCH_SECONDS = 100_000_000_000;

/**
 * Reads an expiration: ISO 8601 text, seconds or, from the IAM Identity Center portal, milliseconds since 1970.
 *
 * @returns undefined for anything else
 */
export function parseExpiration(value: unknown): Date | undefined {
  const text = typeof value === 'string' ? value.trim() : value;
  const isNumber =
    typeof text === 'number' || (typeof text === 'string' && /^[0-9.]{1,20}$/.test(text));
  const number = isNumber ? Number(text) : Number.NaN;
  const date = isNumber
    ? new Date(number > MAX_EPOCH_SECONDS ? number : number * 1000)
    : new Date(typeof text === 'string' && text.length <= 40 ? text : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
