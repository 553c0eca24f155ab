/** Whether an operation is allowed: each of its actions is decided, and the first refusal is the answer. */
import {
  type AccessQuestion,
  type Acl,
  type Decision,
  decideAccess,
  decodeAcl,
  isGrantedByAcl,
  isPublicAcl,
  type Principal,
  type PublicAccessBlock,
  permissionOf,
  privateAcl,
  type S3Permission,
} from '@needlestack/access-control';
import type { ObjectVersion } from '@needlestack/service-contracts';
import type { S3OperationName } from '../s3-operation.ts';
import { type BucketAccess, hasAcls } from './bucket-access.ts';
import { extraActionsOf } from './extra-actions.ts';
import { ownerOfNewObject } from './object-owner.ts';
import { makeConditionFacts, type RequestFacts } from './request-facts.ts';

/** What a decision needs of a request and of what it addresses. */
export interface OperationRequest {
  readonly operation: S3OperationName;
  readonly principal: Principal;
  readonly access: BucketAccess;
  /** What bucket and account say together. */
  readonly block: PublicAccessBlock;
  readonly key: string;
  readonly versionId: string | undefined;
  /** The addressed object, where the decision may hang on it: its owner, its ACL, its tags. */
  readonly version: ObjectVersion | undefined;
  readonly facts: RequestFacts;
}

const LISTS: ReadonlySet<string> = new Set(['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions']);
const POLICY_REPAIR: ReadonlySet<string> = new Set(['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy']);

export const decideOperation = (request: OperationRequest): Decision => {
  const { operation, versionId, facts } = request;
  const permission = permissionOf(operation);
  const action = versionId === undefined ? permission.action : (permission.versionAction ?? permission.action);
  const decision = decideAccess(toQuestion(request, permission, action));
  if (!decision.isAllowed) return decision;
  for (const extra of extraActionsOf(operation, facts)) {
    const further = decideAccess(toExtraQuestion(request, permission, extra));
    if (!further.isAllowed) return further;
  }
  return decision;
};

/** One action at the addressed bucket or object, without an operation around it. */
export const decideAction = (request: Omit<OperationRequest, 'operation'>, action: string): Decision =>
  decideAccess(toQuestion(request, { action, on: request.key === '' ? 'bucket' : 'object' }, action));

/** Whether the caller could find out by a listing that the key is missing: of that prefix, if the policy speaks of prefixes. */
export const decideListing = (request: Omit<OperationRequest, 'operation'>): Decision =>
  decideAccess(
    toQuestion(
      {
        ...request,
        key: '',
        versionId: undefined,
        version: undefined,
        facts: { ...request.facts, more: { ...request.facts.more, 's3:prefix': [request.key] } },
      },
      permissionOf('ListObjectsV2'),
      's3:ListBucket',
    ),
  );

const toQuestion = (
  request: Omit<OperationRequest, 'operation'> & { readonly operation?: S3OperationName },
  permission: S3Permission,
  action: string,
): AccessQuestion => {
  const { principal, access, block, version, operation } = request;
  const { bucket, policy } = access;
  const isForeign =
    permission.isObjectOwners === true &&
    hasAcls(access) &&
    version !== undefined &&
    version.ownerId !== bucket.ownerId;
  const isTakenOut = access.isPolicyPublic && block.restrictPublicBuckets && principal.accountId !== bucket.ownerId;
  return {
    principal,
    action,
    bucket: bucket.name,
    key: permission.on === 'object' ? request.key : '',
    listedPrefix: LISTS.has(action) ? prefixOf(request.facts) : undefined,
    ownerAccountId: isForeign ? version.ownerId : bucket.ownerId,
    policy,
    policyScope: isForeign || isTakenOut ? 'deny-only' : 'all',
    isGrantedByAcl: aclCheck(request, permission),
    isAboveDenials: operation !== undefined && POLICY_REPAIR.has(operation) && isOwnerRoot(principal, access),
    facts: makeConditionFacts(request.facts),
  };
};

const prefixOf = ({ more, query }: RequestFacts): string | undefined => more?.['s3:prefix']?.[0] ?? query.get('prefix');

/** The root of the bucket's account may always repair its policy; the store's root too, whatever the owner confirmed. */
const isOwnerRoot = (principal: Principal, { bucket, bindsOwnerRoot }: BucketAccess): boolean =>
  principal.kind === 'root' ||
  (principal.kind === 'account' && principal.accountId === bucket.ownerId && !bindsOwnerRoot);

const aclCheck = (
  { access, version, principal, block }: Omit<OperationRequest, 'operation'>,
  { acl }: S3Permission,
): AccessQuestion['isGrantedByAcl'] => {
  if (acl === undefined || !hasAcls(access)) return undefined;
  return (to) => {
    const list = acl.of === 'bucket' ? aclOfBucket(access) : version === undefined ? undefined : aclOfVersion(version);
    if (list === undefined) return false;
    return isGrantedByAcl(list, {
      principal,
      permission: acl.permission,
      ignoresPublic: block.ignorePublicAcls,
      groupsOnly: to === 'groups',
    });
  };
};

const WRITERS_OWN: ReadonlySet<string> = new Set(['s3:PutObjectAcl', 's3:PutObjectTagging']);

/** Attributes of a new object are its owner's to set: a writer who will own it asks nobody else. */
const toExtraQuestion = (request: OperationRequest, permission: S3Permission, action: string): AccessQuestion => {
  const { access, principal, facts } = request;
  const question = toQuestion(request, { ...permission, action }, action);
  if (permission.acl?.permission !== 'WRITE') return question;
  const { isGrantedByAcl: _none, ...bare } = question;
  // What a delete may pass belongs to the bucket.
  if (permission.versionAction !== permission.action) return bare;
  // Whom the ACL lets write without a name, it lets say what others may do with what he wrote.
  if (principal.kind === 'anonymous' && WRITERS_OWN.has(action)) return question;
  const ownerAccountId = ownerOfNewObject(access, principal, facts);
  return ownerAccountId === access.bucket.ownerId ? bare : { ...bare, ownerAccountId, policyScope: 'deny-only' };
};

export const aclOfBucket = ({ acl, bucket }: BucketAccess): Acl => acl ?? privateAcl(bucket.ownerId);

export const aclOfVersion = ({ acl, ownerId }: ObjectVersion): Acl =>
  acl === undefined ? privateAcl(ownerId) : decodeAcl(acl);

/** Whether anything about the bucket is public, so that PublicAccessBlock of the account matters. */
export const couldBePublic = (access: BucketAccess, version: ObjectVersion | undefined): boolean =>
  access.isPolicyPublic ||
  (hasAcls(access) &&
    (access.acl !== undefined || (version?.acl !== undefined && isPublicAcl(decodeAcl(version.acl)))));
