import { iamAction } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';

const ON_ACCOUNT = { on: 'account' } as const;
const ALIAS_RULE = { minLength: 3, maxLength: 63, pattern: /^[a-z0-9](?:[a-z0-9]|-(?!-))*[a-z0-9]$/ };

/** Quotas are those that the catalog keeps. */
export const getAccountSummary = iamAction('GetAccountSummary', ON_ACCOUNT, async (call) => {
  const { counts, accessKeys = [] } = await call.context.catalog.readIam('account', { accountId: call.accountId });
  const summary: Readonly<Record<string, number>> = {
    Users: counts.user,
    UsersQuota: 100_000,
    Groups: counts.group,
    GroupsQuota: 1_000,
    Roles: counts.role,
    RolesQuota: 10_000,
    Policies: counts.policy,
    PoliciesQuota: 10_000,
    Providers: counts['oidc-provider'],
    AccessKeysPerUserQuota: 2,
    GroupsPerUserQuota: 10,
    VersionsPerPolicyQuota: 5,
    AttachedPoliciesPerUserQuota: 20,
    AttachedPoliciesPerGroupQuota: 20,
    AttachedPoliciesPerRoleQuota: 20,
    UserPolicySizeQuota: 2_048,
    GroupPolicySizeQuota: 5_120,
    RolePolicySizeQuota: 10_240,
    PolicySizeQuota: 6_144,
    AssumeRolePolicySizeQuota: 4_096,
    MFADevices: 0,
    MFADevicesInUse: 0,
    AccountMFAEnabled: 0,
    ServerCertificates: 0,
    InstanceProfiles: counts['instance-profile'],
    InstanceProfilesQuota: 1_000,
    // A root has no password: there is no console to sign in to.
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    AccountAccessKeysPresent: accessKeys.length > 0 ? 1 : 0,
  };
  return { SummaryMap: new Map(Object.entries(summary)) };
});

export const createAccountAlias = iamAction('CreateAccountAlias', ON_ACCOUNT, async (call) => {
  await call.change({ change: 'set-alias', alias: call.parameters.required('AccountAlias', ALIAS_RULE) });
  return undefined;
});

export const deleteAccountAlias = iamAction('DeleteAccountAlias', ON_ACCOUNT, async (call) => {
  await call.change({ change: 'remove-alias', alias: call.parameters.required('AccountAlias', ALIAS_RULE) });
  return undefined;
});

export const listAccountAliases = iamAction('ListAccountAliases', ON_ACCOUNT, async (call) => {
  const { alias } = await call.context.catalog.readIam('account', { accountId: call.accountId });
  const { items, end } = pageOf(call, alias === undefined ? [] : [alias], (name) => name);
  return { AccountAliases: items, ...end };
});
