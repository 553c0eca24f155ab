/** Quotas of IAM. Those of AWS where it has fixed ones. */
import type { IamHolder, IamKind } from '@needlestack/service-contracts';

/** Entities of a kind in one account. */
export const IAM_ENTITIES_MAX: Readonly<Record<IamKind, number>> = {
  user: 100_000,
  group: 1_000,
  role: 10_000,
  policy: 10_000,
  'oidc-provider': 100,
  'instance-profile': 1_000,
};
export const IAM_NAME_LENGTH_MAX = 255;
export const IAM_PATH_LENGTH_MAX = 512;
export const GROUPS_PER_USER_MAX = 10;
export const ACCESS_KEYS_PER_USER_MAX = 2;
export const ATTACHED_POLICIES_MAX = 20;
export const POLICY_VERSIONS_MAX = 5;
export const IAM_TAGS_MAX = 50;
export const ROLES_PER_PROFILE_MAX = 1;
export const CLIENT_IDS_MAX = 100;
export const THUMBPRINTS_MAX = 5;
/** Bytes of all inline policies of one holder together, white space aside. */
export const INLINE_POLICY_BYTES_MAX: Readonly<Record<IamHolder['kind'], number>> = {
  user: 2_048,
  group: 5_120,
  role: 10_240,
};
/** Hashes of a user's passwords that are kept: as many as a policy may forbid to take again. */
export const PASSWORD_HASHES_MAX = 24;
/** Users and groups of a directory that policies are attached to, in one account. */
export const LDAP_ENTRIES_MAX = 10_000;
/** DNs that are asked for at once: a user and the groups that it is in. */
export const LDAP_BEARER_DNS_MAX = 5_001;
