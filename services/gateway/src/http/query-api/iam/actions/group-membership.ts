import { NAME_RULE } from '../../form-parameters.ts';
import type { QueryAction } from '../../query-call.ts';
import type { AnswerTree } from '../../render-answer.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';
import { showGroup } from '../show-entity.ts';

const changing = (name: string, change: 'add-member' | 'remove-member'): QueryAction =>
  iamAction(name, { on: 'group' }, async (call) => {
    const { parameters } = call;
    const group = parameters.required('GroupName', NAME_RULE);
    await call.change({ change, group, name: parameters.required('UserName', NAME_RULE) });
    return undefined;
  });

export const addUserToGroup = changing('AddUserToGroup', 'add-member');
export const removeUserFromGroup = changing('RemoveUserFromGroup', 'remove-member');

export const listGroupsForUser = iamAction('ListGroupsForUser', { on: 'user' }, async (call) => {
  const { items, end } = pageOf(call, requireTarget(call, 'user').groups, (name) => name);
  const { accountId } = call;
  const groups: AnswerTree[] = [];
  for (const name of items) {
    const group = await call.context.catalog.readIam('entity', { accountId, kind: 'group', name });
    if (group?.kind === 'group') groups.push(showGroup(group));
  }
  return { Groups: groups, ...end };
});
