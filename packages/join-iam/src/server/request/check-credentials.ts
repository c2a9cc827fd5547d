import { JoinIamError } from '../../errors.js';
import { MAX_SESSION_TOKEN_LENGTH } from '../../wire/constants.js';

const TOKEN = /^[A-Za-z0-9+/=_-]+$/;

/** Step 15. The prefix of a key id says whether it is temporary; other prefixes are left to STS. */
export function checkSessionToken(accessKeyId: string, token: string | undefined): void {
  if (token === undefined) {
    if (!accessKeyId.startsWith('ASIA')) return;
    throw new JoinIamError('session-token-missing', {
      message: 'The request is signed with temporary credentials but has no X-Amz-Security-Token.',
    });
  }
  if (accessKeyId.startsWith('AKIA')) {
    throw new JoinIamError('session-token-unexpected', {
      message: 'The request is signed with a long-term key but has an X-Amz-Security-Token.',
    });
  }
  if (token.length > MAX_SESSION_TOKEN_LENGTH || !TOKEN.test(token)) {
    throw new JoinIamError('session-token-malformed', {
      message: `The X-Amz-Security-Token is not base64 text of at most ${MAX_SESSION_TOKEN_LENGTH} characters.`,
    });
  }
}
