import { makeId } from '../../../../core/iam/secret-key.ts';
import { ARN_RULE, NAME_RULE, PATH_RULE } from '../../form-parameters.ts';
import { iamAction } from '../iam-action.ts';
import { showUser } from '../show-entity.ts';

const USER_NAME_RULE = { ...NAME_RULE, maxLength: 64 };

export const createUser = iamAction('CreateUser', { makes: 'user' }, async (call) => {
  const { parameters } = call;
  const user = await call.change({
    change: 'create',
    entity: {
      kind: 'user',
      name: parameters.required('UserName', USER_NAME_RULE),
      path: parameters.optional('Path', PATH_RULE) ?? '/',
      id: call.newId('AIDA', makeId),
      tags: parameters.tags(),
      boundaryArn: parameters.optional('PermissionsBoundary', ARN_RULE),
    },
  });
  return { User: user?.kind === 'user' ? showUser(user) : undefined };
});
