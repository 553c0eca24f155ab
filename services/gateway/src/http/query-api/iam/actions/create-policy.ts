import { makeId } from '../../../../core/iam/secret-key.ts';
import { DESCRIPTION_RULE, NAME_RULE, PATH_RULE } from '../../form-parameters.ts';
import { checkManagedPolicy } from '../check-document.ts';
import { iamAction } from '../iam-action.ts';
import { showPolicy } from '../show-entity.ts';

export const createPolicy = iamAction('CreatePolicy', { makes: 'policy' }, async (call) => {
  const { parameters } = call;
  const policy = await call.change({
    change: 'create',
    entity: {
      kind: 'policy',
      name: parameters.required('PolicyName', NAME_RULE),
      path: parameters.optional('Path', PATH_RULE) ?? '/',
      id: call.newId('ANPA', makeId),
      description: parameters.optional('Description', DESCRIPTION_RULE) ?? '',
      document: checkManagedPolicy(parameters.required('PolicyDocument')),
      tags: parameters.tags(),
    },
  });
  return { Policy: policy?.kind === 'policy' ? showPolicy(policy) : undefined };
});
