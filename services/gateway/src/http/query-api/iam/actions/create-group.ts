import { makeId } from '../../../../core/iam/secret-key.ts';
import { NAME_RULE, PATH_RULE } from '../../form-parameters.ts';
import { iamAction } from '../iam-action.ts';
import { showGroup } from '../show-entity.ts';

export const createGroup = iamAction('CreateGroup', { makes: 'group' }, async (call) => {
  const group = await call.change({
    change: 'create',
    entity: {
      kind: 'group',
      name: call.parameters.required('GroupName', NAME_RULE),
      path: call.parameters.optional('Path', PATH_RULE) ?? '/',
      id: call.newId('AGPA', makeId),
      tags: {},
    },
  });
  return { Group: group?.kind === 'group' ? showGroup(group) : undefined };
});
