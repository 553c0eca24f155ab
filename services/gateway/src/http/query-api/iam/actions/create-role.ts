import { makeId } from '../../../../core/iam/secret-key.ts';
import { ARN_RULE, DESCRIPTION_RULE, NAME_RULE, PATH_RULE } from '../../form-parameters.ts';
import { checkTrustPolicy } from '../check-document.ts';
import { iamAction } from '../iam-action.ts';
import { showRole } from '../show-entity.ts';

export const ROLE_NAME_RULE = { ...NAME_RULE, maxLength: 64 };
/** s3.md rule 46. */
export const MAX_SESSION_BOUNDS = { min: 3_600, max: 43_200 };

export const createRole = iamAction('CreateRole', { makes: 'role' }, async (call) => {
  const { parameters } = call;
  const role = await call.change({
    change: 'create',
    entity: {
      kind: 'role',
      name: parameters.required('RoleName', ROLE_NAME_RULE),
      path: parameters.optional('Path', PATH_RULE) ?? '/',
      id: call.newId('AROA', makeId),
      trustPolicy: checkTrustPolicy(parameters.required('AssumeRolePolicyDocument')),
      description: parameters.optional('Description', DESCRIPTION_RULE) ?? '',
      maxSessionSeconds: parameters.integer('MaxSessionDuration', MAX_SESSION_BOUNDS) ?? MAX_SESSION_BOUNDS.min,
      tags: parameters.tags(),
      boundaryArn: parameters.optional('PermissionsBoundary', ARN_RULE),
    },
  });
  return { Role: role?.kind === 'role' ? showRole(role) : undefined };
});
