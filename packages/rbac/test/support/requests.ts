// What the tests of access requests ask with: a catalogue, and somebody who may ask.
import {
  type AccessRequestQuery,
  compileRole,
  createAccessRequest,
  type RoleConditions,
} from '../../src/index.js';
import { NOW, role, roleSet } from './make.js';

export const HOUR = 3_600_000;
export const later = (ms: number) => new Date(NOW.getTime() + ms);
export const asking = (request: RoleConditions['request'], options = {}) =>
  role('asker', { allow: { request }, options });
export const requester = (request: RoleConditions['request'], options = {}) =>
  roleSet([asking(request, options)]);
export const catalogue = [
  role('admin', { options: { max_session_ttl: '2h' } }),
  role('aws-ro'),
  role('asker'),
  role('secret'),
].map((one) => compileRole(one));
export const query: AccessRequestQuery = { name: 'r1', roles: ['admin'], catalogue, now: NOW };
export const create = (
  roles: ReturnType<typeof requester>,
  more: Partial<AccessRequestQuery> = {},
) => {
  const result = createAccessRequest(roles, { ...query, ...more });
  if ('error' in result) throw new Error(result.error);
  return result.request;
};
export const errorOf = (result: object) => ('error' in result ? result.error : undefined);
