/** Throw-away keys as the proxy would issue them, and role credentials as STS would. */
export const LOCAL = {
  accessKeyId: 'SP00LOCALTHROWAWAY01',
  secretAccessKey: 'local/throwaway+secret0123456789abcdefghij',
};

export const ROLE = {
  accessKeyId: 'ASIAREALROLESESSION1',
  secretAccessKey: 'real/role+secret0123456789abcdefghijklmnop',
  sessionToken: 'REALTOKEN',
};

export const ROLE_ARN = 'arn:aws:iam::123456789012:role/reader';
