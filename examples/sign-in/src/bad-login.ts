import { Refusal } from './refusal.js';

/** A sign-in that failed for a reason that the person may know. */
export const badLogin = (why: string) =>
  new Refusal(401, 'bad-login', `${why}: sign in again, or ask an administrator.`);
