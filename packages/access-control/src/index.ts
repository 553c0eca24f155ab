export {
  ACL_GROUPS,
  type Acl,
  type AclGroup,
  type AclPermission,
  type Grant,
  type Grantee,
  groupOfUri,
  isAclPermission,
  isPublicAcl,
  privateAcl,
} from './acl/acl.ts';
export { AclCodecError, decodeAcl, encodeAcl } from './acl/acl-codec.ts';
export { CANNED_ACLS, type CannedAcl, expandCannedAcl, isCannedAcl } from './acl/canned-acl.ts';
export { type AclQuestion, isGrantedByAcl } from './acl/evaluate-acl.ts';
export { canonicalIdOf } from './canonical-id.ts';
export {
  FULL_PUBLIC_ACCESS_BLOCK,
  isObjectOwnership,
  joinPublicAccessBlocks,
  NO_PUBLIC_ACCESS_BLOCK,
  OBJECT_OWNERSHIPS,
  type ObjectOwnership,
  type PublicAccessBlock,
} from './decision/bucket-rules.ts';
export { type AccessQuestion, type Decision, type DecisionReason, decideAccess } from './decision/decide-access.ts';
export { AWS_MANAGED_POLICIES, type AwsManagedPolicy, findAwsManagedPolicy } from './iam/aws-managed-policies.ts';
export { normalizeDistinguishedName } from './iam/distinguished-name.ts';
export { completeArn, iamArn, parseIamArn } from './iam/iam-arn.ts';
export { openSecret, type Sealer, sealSecret } from './iam/sealed-secret.ts';
export {
  decodeInternalIdentity,
  encodeInternalIdentity,
  INTERNAL_IDENTITY_HEADER,
  INTERNAL_IDENTITY_MAX_AGE_MS,
  type InternalIdentity,
} from './internal-identity.ts';
export { isActionAllowed } from './is-action-allowed.ts';
export { ACL_GRANTS_MAX, POLICY_BYTES_MAX } from './limits.ts';
export { ActionError, parseActions } from './parse-actions.ts';
export {
  IdentitiesError,
  type IdentitiesFile,
  parseIdentities,
  ROOT_ACCOUNT_ID,
  type StaticAccount,
  type StaticIdentity,
} from './parse-identities.ts';
export { type ConditionFacts, NO_FACTS, normalizeConditionKey } from './policy/condition-facts.ts';
export { contextKeysOf } from './policy/context-keys.ts';
export { evaluatePolicy, type PolicyQuestion, type PolicyVerdict } from './policy/evaluate-policy.ts';
export { type IpRange, isInRange, parseIpAddress, parseIpRange } from './policy/ip-range.ts';
export { isPolicyPublic } from './policy/is-policy-public.ts';
export { parseBucketPolicy } from './policy/parse-bucket-policy.ts';
export { type ParsePolicyOptions, type PolicyKind, parsePolicy } from './policy/parse-policy.ts';
export type { Policy, Statement } from './policy/policy.ts';
export { PolicyError } from './policy/policy-error.ts';
export {
  ANONYMOUS,
  makeStaticPrincipal,
  NO_PERMISSIONS,
  type Permissions,
  type Principal,
  type PrincipalKind,
  type PrincipalPolicies,
  type ScopedAction,
  STATIC_ACTIONS,
  type StaticAction,
} from './principal.ts';
export { permissionOf, S3_PERMISSIONS, type S3Permission, type S3PermissionName } from './s3/s3-permissions.ts';
export { staticActionOf } from './s3/static-action-of.ts';
