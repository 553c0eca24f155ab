import type { QueryAction } from '../../query-call.ts';
import { iamAction, NAME_PARAMETER, requireTarget } from '../iam-action.ts';

const deleting = (name: string, kind: 'user' | 'group' | 'role'): QueryAction =>
  iamAction(name, { on: kind }, async (call) => {
    await call.change({ change: 'delete', kind, name: call.parameters.required(NAME_PARAMETER[kind]) });
    return undefined;
  });

export const deleteUser = deleting('DeleteUser', 'user');
export const deleteGroup = deleting('DeleteGroup', 'group');
export const deleteRole = deleting('DeleteRole', 'role');

export const deletePolicy = iamAction('DeletePolicy', { on: 'policy' }, async (call) => {
  await call.change({ change: 'delete', kind: 'policy', name: requireTarget(call, 'policy').name });
  return undefined;
});

/** Deleting one that is gone is no error. */
export const deleteOidcProvider = iamAction('DeleteOpenIDConnectProvider', { on: 'oidc-provider' }, async (call) => {
  if (call.target !== undefined) await call.change({ change: 'delete', kind: 'oidc-provider', name: call.target.name });
  return undefined;
});
