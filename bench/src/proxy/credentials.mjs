/** What the clients sign with. */
export const CLIENT = {
  accessKeyId: 'AKIDBENCHCLIENT00001',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

/** What the proxy signs with: a role session, whose token has the usual length. */
export const ROLE = {
  accessKeyId: 'ASIABENCHUPSTREAM001',
  secretAccessKey: 'upstream/secret/EXAMPLEKEYEXAMPLEKEYEXAM',
  sessionToken: 'T'.repeat(400),
};
