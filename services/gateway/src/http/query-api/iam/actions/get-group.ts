import { iamAction, requireTarget } from '../iam-action.ts';
import { listPage } from '../list-page.ts';
import { showGroup, showUser } from '../show-entity.ts';

export const getGroup = iamAction('GetGroup', { on: 'group' }, async (call) => {
  const group = requireTarget(call, 'group');
  const { entities, end } = await listPage(call, 'user', ({ groups }) => groups.includes(group.name));
  return { Group: showGroup(group), Users: entities.map((user) => showUser(user, false)), ...end };
});
