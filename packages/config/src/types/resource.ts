import type { App, AppServer, Integration } from './app.js';
import type { GithubConnector, OidcConnector, SamlConnector } from './connector.js';
import type { AccessList, AccessRequest, Lock, Token, User } from './identity.js';
import type { Role } from './role.js';

/** A connector of any kind. */
export type AuthConnector = GithubConnector | SamlConnector | OidcConnector;

/** A resource document of any kind this package knows. */
export type Resource =
  | Role
  | User
  | Token
  | App
  | AppServer
  | Integration
  | AuthConnector
  | Lock
  | AccessRequest
  | AccessList;

/** The kinds of resources this package knows. */
export type ResourceKind = Resource['kind'];
