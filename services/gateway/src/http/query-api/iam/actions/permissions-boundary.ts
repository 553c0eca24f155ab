import { ARN_RULE } from '../../form-parameters.ts';
import type { QueryAction } from '../../query-call.ts';
import { iamAction, NAME_PARAMETER } from '../iam-action.ts';

const putting = (name: string, kind: 'user' | 'role'): QueryAction =>
  iamAction(name, { on: kind }, async (call) => {
    const policyArn = call.parameters.required('PermissionsBoundary', ARN_RULE);
    await call.change({
      change: 'set-boundary',
      kind,
      name: call.parameters.required(NAME_PARAMETER[kind]),
      policyArn,
    });
    return undefined;
  });

const deleting = (name: string, kind: 'user' | 'role'): QueryAction =>
  iamAction(name, { on: kind }, async (call) => {
    await call.change({ change: 'set-boundary', kind, name: call.parameters.required(NAME_PARAMETER[kind]) });
    return undefined;
  });

export const putUserPermissionsBoundary = putting('PutUserPermissionsBoundary', 'user');
export const putRolePermissionsBoundary = putting('PutRolePermissionsBoundary', 'role');
export const deleteUserPermissionsBoundary = deleting('DeleteUserPermissionsBoundary', 'user');
export const deleteRolePermissionsBoundary = deleting('DeleteRolePermissionsBoundary', 'role');
