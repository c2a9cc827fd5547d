import type * as config from '@postern/config';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  AccessList,
  AccessRequestDocument,
  App,
  AuthConnector,
  Lock,
  Role,
  User,
} from '../src/index.js';

describe('documents of @postern/config', () => {
  it('fit the shapes this package reads', () => {
    expectTypeOf<config.Role>().toExtend<Role>();
    expectTypeOf<config.User>().toExtend<User>();
    expectTypeOf<config.App>().toExtend<App>();
    expectTypeOf<config.Lock>().toExtend<Lock>();
    expectTypeOf<config.AccessList>().toExtend<AccessList>();
    expectTypeOf<config.AccessRequest>().toExtend<AccessRequestDocument>();
    expectTypeOf<config.GithubConnector>().toExtend<AuthConnector>();
    expectTypeOf<config.SamlConnector>().toExtend<AuthConnector>();
    expectTypeOf<config.OidcConnector>().toExtend<AuthConnector>();
  });
});
