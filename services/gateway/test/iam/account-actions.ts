/** Actions that `account-actions.test.ts` calls, so that the one that looks for forgotten ones need not. */
export const ACCOUNT_ACTIONS: readonly string[] = [
  'CreateInstanceProfile',
  'GetInstanceProfile',
  'DeleteInstanceProfile',
  'AddRoleToInstanceProfile',
  'RemoveRoleFromInstanceProfile',
  'ListInstanceProfiles',
  'ListInstanceProfilesForRole',
  'TagInstanceProfile',
  'UntagInstanceProfile',
  'ListInstanceProfileTags',
  'GetAccountAuthorizationDetails',
  'GenerateCredentialReport',
  'GetCredentialReport',
  'GetContextKeysForCustomPolicy',
  'GetContextKeysForPrincipalPolicy',
  'ListSSHPublicKeys',
  'ListSigningCertificates',
  'ListServiceSpecificCredentials',
  'ListMFADevices',
  'ListVirtualMFADevices',
  'ListServerCertificates',
  'ListSAMLProviders',
];

/** Those that `passwords.test.ts` calls. */
export const PASSWORD_ACTIONS: readonly string[] = [
  'CreateLoginProfile',
  'GetLoginProfile',
  'UpdateLoginProfile',
  'DeleteLoginProfile',
  'ChangePassword',
  'UpdateAccountPasswordPolicy',
  'GetAccountPasswordPolicy',
  'DeleteAccountPasswordPolicy',
];
