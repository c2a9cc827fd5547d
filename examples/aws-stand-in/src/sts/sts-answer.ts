import type { Call } from '../call.js';
import type { Answer } from '../http/answer.js';
import { header } from '../http/wire-request.js';
import { toXml, type XmlTree } from '../http/xml.js';
import type { Session } from '../iam/sessions.js';

const XMLNS = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** A result whose credentials are written last, in the form of the chosen encoding. */
export interface StsResult {
  readonly members: XmlTree;
  readonly session?: Session | undefined;
}

/** STS answers XML, and JSON to clients that ask for it. */
export function wantsJson(call: Pick<Call, 'wire'>): boolean {
  const accept = header(call.wire, 'accept') ?? '';
  return accept.split(',').some((type) => type.trim().split(';')[0] === 'application/json');
}

/** The success answer of one action. */
export function stsAnswer(call: Call, action: string, { members, session }: StsResult): Answer {
  const json = wantsJson(call);
  const result: XmlTree = session
    ? { Credentials: credentialMembers(session, json), ...members }
    : members;
  const headers = {
    'x-amzn-requestid': call.requestId,
    'content-type': json ? 'application/json' : 'text/xml',
  };
  const metadata = { RequestId: call.requestId };
  const name = `${action}Response`;
  const inner = { [`${action}Result`]: result, ResponseMetadata: metadata };
  const body = json
    ? JSON.stringify({ [name]: inner })
    : `<${name} xmlns="${XMLNS}">${toXml(inner)}</${name}>`;
  return { status: 200, headers, body: Buffer.from(body) };
}

function credentialMembers(session: Session, json: boolean): XmlTree {
  const { expiration } = session;
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    // JSON clients get seconds since the epoch, XML clients a date text.
    Expiration: json
      ? Math.floor(expiration.getTime() / 1000)
      : expiration.toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
}
