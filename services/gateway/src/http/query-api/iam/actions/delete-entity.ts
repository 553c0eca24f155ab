import type { QueryAction } from '../../query-call.ts';
import { iamAction, NAME_PARAMETER, requireTarget } from '../iam-action.ts';

const deleting = (name: string, kind: 'user' | 'group' | 'role'): QueryAction =>
  iamAction(name, { on: kind }, async (call) => {
    await call.change({ change: 'delete', kind, name: call.parameters.required(NAME_PARAMETER[kind]) });
    return undefined;
  });

const deleteAnyUser = deleting('DeleteUser', 'user');

/** One who is in groups stays, unless clients of RGW are welcome: then it leaves them first. */
export const deleteUser: QueryAction = {
  ...deleteAnyUser,
  run: async (call) => {
    if (call.context.compatibility.has('delete-group-members') && call.target?.kind === 'user') {
      const { name, groups, accessKeys, loginProfile } = call.target;
      // What else keeps the user is told with everything as it was.
      if (accessKeys.length === 0 && loginProfile === undefined)
        for (const group of groups) await call.change({ change: 'remove-member', group, name });
    }
    return deleteAnyUser.run(call);
  },
};
export const deleteGroup = deleting('DeleteGroup', 'group');
export const deleteRole = deleting('DeleteRole', 'role');

export const deletePolicy = iamAction('DeletePolicy', { on: 'policy' }, async (call) => {
  await call.change({ change: 'delete', kind: 'policy', name: requireTarget(call, 'policy').name });
  return undefined;
});

/** Deleting one that is gone is no error, as on AWS. */
export const deleteOidcProvider = iamAction('DeleteOpenIDConnectProvider', { on: 'oidc-provider' }, async (call) => {
  if (call.context.compatibility.has('open-identity-providers')) requireTarget(call, 'oidc-provider');
  if (call.target !== undefined) await call.change({ change: 'delete', kind: 'oidc-provider', name: call.target.name });
  return undefined;
});
