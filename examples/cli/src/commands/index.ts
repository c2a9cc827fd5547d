import type { Command } from '../command.js';
import { appsLogin } from './apps-login.js';
import { appsLogout } from './apps-logout.js';
import { appsLs } from './apps-ls.js';
import { aws } from './aws.js';
import { check } from './check.js';
import { completeCommand } from './complete.js';
import { completion } from './completion.js';
import { consoleCommand } from './console.js';
import { explain } from './explain.js';
import { join } from './join.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { proxyAws } from './proxy-aws.js';
import { requestCreate } from './request-create.js';
import { requestLs } from './request-ls.js';
import { requestReview } from './request-review.js';
import { requestUse } from './request-use.js';
import { requestWithdraw } from './request-withdraw.js';
import { schema } from './schema.js';
import { setupAwsOidc } from './setup-aws-oidc.js';
import { status } from './status.js';

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  login,
  logout,
  status,
  join,
  appsLs,
  appsLogin,
  appsLogout,
  aws,
  proxyAws,
  consoleCommand,
  explain,
  requestLs,
  requestCreate,
  requestReview,
  requestUse,
  requestWithdraw,
  setupAwsOidc,
  check,
  schema,
  completion,
  completeCommand,
];
