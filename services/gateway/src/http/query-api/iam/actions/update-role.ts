import { DESCRIPTION_RULE } from '../../form-parameters.ts';
import { checkTrustPolicy } from '../check-document.ts';
import { iamAction } from '../iam-action.ts';
import { showRole } from '../show-entity.ts';
import { MAX_SESSION_BOUNDS } from './create-role.ts';

export const updateRole = iamAction('UpdateRole', { on: 'role' }, async (call) => {
  const { parameters } = call;
  const maxSessionSeconds = parameters.integer('MaxSessionDuration', MAX_SESSION_BOUNDS);
  await call.change({
    change: 'update-role',
    name: parameters.required('RoleName'),
    description: parameters.optional('Description', DESCRIPTION_RULE) ?? '',
    ...(maxSessionSeconds === undefined ? undefined : { maxSessionSeconds }),
  });
  return {};
});

export const updateRoleDescription = iamAction('UpdateRoleDescription', { on: 'role' }, async (call) => {
  const name = call.parameters.required('RoleName');
  const description = call.parameters.required('Description', DESCRIPTION_RULE);
  const role = await call.change({ change: 'update-role', name, description });
  return { Role: role?.kind === 'role' ? showRole(role) : undefined };
});

export const updateAssumeRolePolicy = iamAction('UpdateAssumeRolePolicy', { on: 'role' }, async (call) => {
  const name = call.parameters.required('RoleName');
  const trustPolicy = checkTrustPolicy(call.parameters.required('PolicyDocument'));
  await call.change({ change: 'update-role', name, trustPolicy });
  return undefined;
});
