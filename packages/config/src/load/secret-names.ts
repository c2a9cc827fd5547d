import { nearestName } from '../text/nearest-name.js';

/** Parts of names that make the value a secret, wherever the field stands. Written as {@link squeeze} gives them. */
const PARTS =
  /secret|passw|pwd|passphrase|privatekey|authtoken|accesstoken|tokenname|jointoken|apikey|bearer|credential|keypair/;

/** Names whose misspelt forms hide their value, too. */
const NAMES = [
  'clientsecret',
  'secret',
  'password',
  'passwd',
  'privatekey',
  'authtoken',
  'tokenname',
  'jointoken',
  'apikey',
  'bearer',
  'credentials',
  'signingkeypair',
  'assertionkeypair',
];

/** Whether the value of a field of that name must not be shown. A name that is only near to a secret one counts. */
export function isSecretName(key: string): boolean {
  const name = squeeze(key);
  return (
    name === 'token' ||
    name === 'tokens' ||
    PARTS.test(name) ||
    nearestName(name, NAMES) !== undefined
  );
}

/** Whether it may have been meant to be the name of a thing. */
export function isNearName(key: string): boolean {
  return nearestName(key, ['name']) !== undefined;
}

/** Whether it may have been meant to be the kind of a token. */
export function isNearToken(kind: string): boolean {
  return nearestName(kind.trim(), ['token']) !== undefined;
}

/** One form for snake_case, kebab-case and camelCase. */
function squeeze(key: string): string {
  return key.toLowerCase().replace(/[\s_.-]+/g, '');
}
