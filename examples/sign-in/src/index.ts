export {
  createDeviceLogins,
  type DeviceLogin,
  type DeviceLogins,
} from './device-logins.js';
export { createLogins, type Grant, type LoginSession, type NewLogin } from './logins.js';
export {
  badLogin,
  type Claims,
  createOidcSignIn,
  type OidcSignIn,
  type OidcSignInOptions,
} from './oidc-sign-in.js';
export { createPasswords, hashPassword, type Passwords } from './passwords.js';
export { Refusal } from './refusal.js';
export { hashOf, isSame, randomSecret } from './secrets.js';
export { createThrottle } from './throttle.js';
