/** The actions of IAM (s3.md section 1, row IAM). */
import type { QueryAction, QueryService } from '../query-call.ts';
import { ABSENT_ENTITY_ACTIONS } from './actions/absent-entities.ts';
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from './actions/access-keys.ts';
import { createAccountAlias, deleteAccountAlias, getAccountSummary, listAccountAliases } from './actions/account.ts';
import { getAccountAuthorizationDetails } from './actions/account-details.ts';
import { ATTACHED_POLICY_ACTIONS } from './actions/attached-policies.ts';
import { changePassword } from './actions/change-password.ts';
import { getContextKeysForCustomPolicy, getContextKeysForPrincipalPolicy } from './actions/context-keys.ts';
import { createGroup } from './actions/create-group.ts';
import { createPolicy } from './actions/create-policy.ts';
import { createRole } from './actions/create-role.ts';
import { createUser } from './actions/create-user.ts';
import { generateCredentialReport, getCredentialReport } from './actions/credential-report.ts';
import { deleteGroup, deleteOidcProvider, deletePolicy, deleteRole, deleteUser } from './actions/delete-entity.ts';
import { TAG_ACTIONS } from './actions/entity-tags.ts';
import { getGroup } from './actions/get-group.ts';
import { getPolicy, getPolicyVersion, listPolicyVersions } from './actions/get-policy.ts';
import { getRole } from './actions/get-role.ts';
import { getUser } from './actions/get-user.ts';
import { addUserToGroup, listGroupsForUser, removeUserFromGroup } from './actions/group-membership.ts';
import { INLINE_POLICY_ACTIONS } from './actions/inline-policies.ts';
import { INSTANCE_PROFILE_ACTIONS } from './actions/instance-profiles.ts';
import { listGroups, listRoles, listUsers } from './actions/list-entities.ts';
import { listEntitiesForPolicy } from './actions/list-entities-for-policy.ts';
import { listPolicies } from './actions/list-policies.ts';
import { LOGIN_PROFILE_ACTIONS } from './actions/login-profiles.ts';
import {
  addClientId,
  createOidcProvider,
  getOidcProvider,
  listOidcProviders,
  removeClientId,
  updateThumbprint,
} from './actions/oidc-providers.ts';
import { PASSWORD_POLICY_ACTIONS } from './actions/password-policy.ts';
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './actions/permissions-boundary.ts';
import { createPolicyVersion, deletePolicyVersion, setDefaultPolicyVersion } from './actions/policy-versions.ts';
import { updateGroup, updateUser } from './actions/rename-entity.ts';
import { simulateCustomPolicy, simulatePrincipalPolicy } from './actions/simulate-policy.ts';
import { updateAssumeRolePolicy, updateRole, updateRoleDescription } from './actions/update-role.ts';
import { UNSERVED_IAM_ACTIONS } from './unserved-actions.ts';

const ACTIONS: readonly QueryAction[] = [
  createUser,
  getUser,
  listUsers,
  updateUser,
  deleteUser,
  createAccessKey,
  listAccessKeys,
  updateAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  createGroup,
  getGroup,
  listGroups,
  updateGroup,
  deleteGroup,
  addUserToGroup,
  removeUserFromGroup,
  listGroupsForUser,
  createRole,
  getRole,
  listRoles,
  updateRole,
  updateRoleDescription,
  updateAssumeRolePolicy,
  deleteRole,
  ...INLINE_POLICY_ACTIONS,
  ...ATTACHED_POLICY_ACTIONS,
  createPolicy,
  getPolicy,
  listPolicies,
  deletePolicy,
  createPolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
  deletePolicyVersion,
  listEntitiesForPolicy,
  putUserPermissionsBoundary,
  putRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  deleteRolePermissionsBoundary,
  ...TAG_ACTIONS,
  createOidcProvider,
  getOidcProvider,
  listOidcProviders,
  addClientId,
  removeClientId,
  updateThumbprint,
  deleteOidcProvider,
  getAccountSummary,
  createAccountAlias,
  deleteAccountAlias,
  listAccountAliases,
  simulatePrincipalPolicy,
  simulateCustomPolicy,
  getContextKeysForPrincipalPolicy,
  getContextKeysForCustomPolicy,
  getAccountAuthorizationDetails,
  generateCredentialReport,
  getCredentialReport,
  ...INSTANCE_PROFILE_ACTIONS,
  ...LOGIN_PROFILE_ACTIONS,
  changePassword,
  ...PASSWORD_POLICY_ACTIONS,
  ...ABSENT_ENTITY_ACTIONS,
];

export const IAM_SERVICE: QueryService = {
  name: 'iam',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  version: '2010-05-08',
  actions: new Map(ACTIONS.map((action) => [action.name, action])),
  unserved: UNSERVED_IAM_ACTIONS,
};
