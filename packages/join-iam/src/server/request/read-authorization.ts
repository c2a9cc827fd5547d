import { JoinIamError, type JoinIamErrorCode } from '../../errors.js';
import { ALGORITHM, SCOPE_TERMINATOR } from '../../wire/constants.js';

/** The parts of an Authorization header, each checked against its own grammar. */
export interface Authorization {
  readonly accessKeyId: string;
  /** Eight digits. */
  readonly date: string;
  readonly region: string;
  /** As written; not compared yet. */
  readonly service: string;
  /** As written; not checked yet. */
  readonly signedHeaders: string;
  readonly signature: string;
}

const ACCESS_KEY_ID = /^[A-Za-z0-9_]{16,128}$/;
const DATE = /^[0-9]{8}$/;
const REGION = /^[a-z0-9-]+$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** Step 9. Three components in fixed order: a repeated one has no place to hide. */
export function readAuthorization(value: string): Authorization {
  const space = value.indexOf(' ');
  if ((space < 0 ? value : value.slice(0, space)) !== ALGORITHM) {
    throw refusal(
      'algorithm-not-allowed',
      `The Authorization header does not use the algorithm ${ALGORITHM}.`,
    );
  }
  const components = space < 0 ? [] : value.slice(space + 1).split(',');
  const credential = component(components[0], 'Credential=', false);
  const signedHeaders = component(components[1], 'SignedHeaders=', true);
  const signature = component(components[2], 'Signature=', true);
  if (
    components.length !== 3 ||
    credential === undefined ||
    signedHeaders === undefined ||
    signature === undefined
  ) {
    throw refusal(
      'authorization-malformed',
      'The Authorization header does not consist of Credential, SignedHeaders and Signature in this order.',
    );
  }
  const parts = credential.split('/');
  const [accessKeyId = '', date = '', region = '', service = '', terminator] = parts;
  if (
    parts.length !== 5 ||
    !ACCESS_KEY_ID.test(accessKeyId) ||
    !DATE.test(date) ||
    !REGION.test(region) ||
    terminator !== SCOPE_TERMINATOR
  ) {
    throw refusal(
      'credential-malformed',
      `The Credential is not of the form <key id>/<yyyymmdd>/<region>/sts/${SCOPE_TERMINATOR}.`,
    );
  }
  if (!SIGNATURE.test(signature)) {
    throw refusal('signature-malformed', 'The Signature is not 64 lower-case hexadecimal digits.');
  }
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

function component(
  text: string | undefined,
  prefix: string,
  mayBeginWithSpace: boolean,
): string | undefined {
  const bare = mayBeginWithSpace && text?.startsWith(' ') ? text.slice(1) : text;
  if (!bare?.startsWith(prefix)) return undefined;
  const value = bare.slice(prefix.length);
  return value.includes(' ') ? undefined : value;
}

function refusal(code: JoinIamErrorCode, message: string): JoinIamError {
  return new JoinIamError(code, { message });
}
