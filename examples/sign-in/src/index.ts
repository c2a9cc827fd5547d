export { badLogin } from './bad-login.js';
export {
  createDeviceLogins,
  type DeviceLogin,
  type DeviceLogins,
  type LoginStart,
} from './device-logins.js';
export { createLogins, type Grant, type LoginSession, type NewLogin } from './logins.js';
export {
  type Claims,
  createOidcSignIn,
  type OidcSignIn,
  type OidcSignInOptions,
} from './oidc-sign-in.js';
export { createPasswords, hashPassword, type Passwords } from './passwords.js';
export { foldName, type NameRules, personOfClaims } from './person-of-claims.js';
export { Refusal } from './refusal.js';
export { hashOf, isSame, randomId, randomSecret } from './secrets.js';
export { createThrottle } from './throttle.js';
