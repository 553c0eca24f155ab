import type { QueryAction } from '../../query-call.ts';
import { iamAction } from '../iam-action.ts';
import { listPage } from '../list-page.ts';
import { showGroup, showRole, showUser } from '../show-entity.ts';

export const listUsers: QueryAction = iamAction('ListUsers', { on: 'account' }, async (call) => {
  const { entities, end } = await listPage(call, 'user');
  return { Users: entities.map((user) => showUser(user, false)), ...end };
});

export const listGroups: QueryAction = iamAction('ListGroups', { on: 'account' }, async (call) => {
  const { entities, end } = await listPage(call, 'group');
  return { Groups: entities.map(showGroup), ...end };
});

export const listRoles: QueryAction = iamAction('ListRoles', { on: 'account' }, async (call) => {
  const { entities, end } = await listPage(call, 'role');
  return { Roles: entities.map((role) => showRole(role, false)), ...end };
});
