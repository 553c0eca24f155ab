/** Whether the caller of a request may do what it asks. Owners of buckets without policy pass at once, without a promise. */
import {
  type Decision,
  decideAccess,
  joinPublicAccessBlocks,
  type Principal,
  type PublicAccessBlock,
  permissionOf,
  type S3Permission,
} from '@needlestack/access-control';
import { MAX_BUCKET_TAGS, parseTagging, S3Error } from '@needlestack/s3-protocol';
import { CatalogError, type ObjectVersion } from '@needlestack/service-contracts';
import { type BucketAccess, hasAcls } from '../../core/access/bucket-access.ts';
import {
  couldBePublic,
  decideAction,
  decideListing,
  decideOperation,
  type OperationRequest,
} from '../../core/access/decide-operation.ts';
import { extraActionsOf } from '../../core/access/extra-actions.ts';
import { asksFor, OBJECT_TAG_KEYS, REQUEST_TAG_KEYS } from '../../core/access/keys-asked.ts';
import { makeConditionFacts, type RequestFacts } from '../../core/access/request-facts.ts';
import { CHECKS_EACH_KEY, type S3OperationName } from '../../core/s3-operation.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { noSuchBucket } from './require-bucket.ts';

/** @throws S3Error `AccessDenied`, `NoSuchBucket`; by the promise where something had to be looked up first */
export const authorizeExchange = (
  exchange: S3Exchange,
  operation: S3OperationName,
  context: GatewayContext,
): void | Promise<void> => {
  // Who asks for it, and for which key, says the form: the operation authorizes what it read there.
  if (operation === 'PostObject' && exchange.key === '') return;
  const permission = permissionOf(operation);
  if (permission.on === 'account' || operation === 'CreateBucket') {
    authorizeInAccount(exchange, operation, permission, context);
    return;
  }
  const access = context.access.find(exchange.bucket);
  return access instanceof Promise
    ? access.then((found) => authorizeInBucket(exchange, operation, permission, found, context))
    : authorizeInBucket(exchange, operation, permission, access, context);
};

/** What is asked of the caller's own account: only its identity decides. */
const authorizeInAccount = (
  exchange: S3Exchange,
  operation: S3OperationName,
  permission: S3Permission,
  context: GatewayContext,
): void => {
  const { principal } = exchange;
  if (principal.kind === 'anonymous') {
    if (operation === 'ListBuckets' && context.compatibility.has('anonymous-list-buckets')) return;
    throw new S3Error('AccessDenied');
  }
  if (principal.kind === 'account' || principal.kind === 'root') return;
  const facts = makeConditionFacts(describeRequest(exchange, context, principal.accountId));
  for (const action of [permission.action, ...extraActionsOf(operation, exchange)]) {
    const { bucket } = exchange;
    const decision = decideAccess({ principal, action, bucket, key: '', ownerAccountId: principal.accountId, facts });
    exchange.decision = decision;
    if (!decision.isAllowed) throw new S3Error('AccessDenied');
  }
};

const authorizeInBucket = (
  exchange: S3Exchange,
  operation: S3OperationName,
  permission: S3Permission,
  access: BucketAccess | undefined,
  context: GatewayContext,
): void | Promise<void> => {
  if (access === undefined) throw noSuchBucket(exchange.bucket);
  exchange.access = access;
  checkExpectedOwner(exchange, access);
  if (isOwnersOwn(access, exchange.principal, permission)) return;
  if (CHECKS_EACH_KEY.has(operation)) {
    refuseStranger(exchange.principal, access);
    return;
  }
  return judgeOperation(exchange, operation, access, context);
};

/** x-amz-expected-bucket-owner: the request is meant for a bucket of that account alone. */
const checkExpectedOwner = (exchange: S3Exchange, { bucket }: BucketAccess): void => {
  const expected = exchange.headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== bucket.ownerId) throw new S3Error('AccessDenied');
};

/** Whoever could not be allowed any key is refused before the body is read. @throws S3Error `AccessDenied` */
const refuseStranger = ({ accountId, permissions }: Principal, access: BucketAccess): void => {
  if (accountId === access.bucket.ownerId || access.policy !== undefined || permissions.scoped.length > 0) return;
  if (!hasAcls(access) || access.acl === undefined) throw new S3Error('AccessDenied');
};

/** Nothing but the bucket's policy could keep a root or the owner's root out, and objects that belong to others. */
const isOwnersOwn = (access: BucketAccess, principal: Principal, permission: S3Permission): boolean => {
  if (access.policy !== undefined) return false;
  if (principal.kind === 'root') return true;
  if (principal.kind !== 'account' || principal.accountId !== access.bucket.ownerId) return false;
  return permission.isObjectOwners !== true || !hasAcls(access);
};

const judgeOperation = (
  exchange: S3Exchange,
  operation: S3OperationName,
  access: BucketAccess,
  context: GatewayContext,
): void | Promise<void> => {
  const permission = permissionOf(operation);
  const { principal } = exchange;
  if (!needsVersion(access, principal, permission))
    return judgeWithVersion(exchange, operation, access, undefined, context);
  const version = lookupVersion(exchange, context);
  if (version instanceof Promise) {
    return version.then((found) => judgeWithVersion(exchange, operation, access, found, context));
  }
  const isOwn = principal.kind === 'account' && principal.accountId === access.bucket.ownerId;
  if (isOwn && access.policy === undefined && (version === undefined || version.ownerId === principal.accountId))
    return;
  return judgeWithVersion(exchange, operation, access, version, context);
};

/** Owner and ACL of the object, and its tags where a policy speaks of them. */
const needsVersion = (access: BucketAccess, principal: Principal, permission: S3Permission): boolean =>
  permission.on === 'object' &&
  ((permission.isObjectOwners === true && hasAcls(access)) || asksFor(access, principal, OBJECT_TAG_KEYS));

/** The object that the request addresses. What is found is what the operation then works with: nothing else was authorized. */
const lookupVersion = (
  exchange: S3Exchange,
  context: GatewayContext,
): ObjectVersion | undefined | Promise<ObjectVersion | undefined> => {
  const versionId = versionIdOf(exchange);
  const keep = (version: ObjectVersion | undefined): ObjectVersion | undefined => {
    exchange.foundObject = { versionId, version };
    return version;
  };
  try {
    const found = context.catalog.lookupObject(exchange.bucket, exchange.key, versionId);
    return found instanceof Promise ? found.then(keep, ignoreRefusal) : keep(found);
  } catch (error) {
    return ignoreRefusal(error);
  }
};

/** The operation will meet it again, once it is allowed to. */
const ignoreRefusal = (error: unknown): undefined => {
  if (error instanceof CatalogError) return undefined;
  throw error;
};

const versionIdOf = (exchange: S3Exchange): string | undefined =>
  exchange.rawQuery === '' ? undefined : exchange.query.get('versionId');

const judgeWithVersion = (
  exchange: S3Exchange,
  operation: S3OperationName,
  access: BucketAccess,
  version: ObjectVersion | undefined,
  context: GatewayContext,
): void | Promise<void> => {
  const place: OperationPlace = { operation, access, version };
  if (TAGGING.has(operation) || couldBePublic(access, version)) return judgeWithMore(exchange, place, context);
  return judgeRequest(exchange, describePlace(exchange, place, access.block, context), context);
};

/** Where the body or the account has to be asked first. */
const judgeWithMore = async (exchange: S3Exchange, place: OperationPlace, context: GatewayContext): Promise<void> => {
  const requestTags = await readRequestTags(exchange, place.operation, place.access);
  await judgeRequest(exchange, await describeOperation(exchange, { ...place, requestTags }, context), context);
};

/** Without a promise for whoever is let in. */
const judgeRequest = (
  exchange: S3Exchange,
  request: OperationRequest,
  context: GatewayContext,
): void | Promise<void> => {
  const decision = decideOperation(request);
  exchange.decision = decision;
  if (!decision.isAllowed) return refuseOperation(exchange, request, decision, context);
  chargeRequester(exchange, request.access);
};

/** @throws S3Error `AccessDenied`, unless it is the caller's own upload, or the caller may know that there is nothing */
const refuseOperation = async (
  exchange: S3Exchange,
  request: OperationRequest,
  decision: Decision,
  context: GatewayContext,
): Promise<void> => {
  const { operation, version, access } = request;
  if (!(await isOwnUpload(exchange, operation, decision, context))) {
    // Who may list learns that there is nothing; anybody else learns nothing.
    const isMissing = exchange.foundObject !== undefined && (version === undefined || version.isDeleteMarker);
    if (decision.reason.startsWith('explicit-deny') || !isMissing || !decideListing(request).isAllowed) {
      throw new S3Error('AccessDenied');
    }
  }
  chargeRequester(exchange, access);
};

const TAGGING: ReadonlySet<string> = new Set(['PutObjectTagging', 'PutBucketTagging']);

/** The tags that a tagging document sets, where a policy asks for them: the body is then read before the decision. */
const readRequestTags = async (
  exchange: S3Exchange,
  operation: S3OperationName,
  access: BucketAccess,
): Promise<Readonly<Record<string, string>> | undefined> => {
  if (!TAGGING.has(operation)) return undefined;
  if (!asksFor(access, exchange.principal, REQUEST_TAG_KEYS)) return undefined;
  return parseTagging(await readDocument(exchange), MAX_BUCKET_TAGS);
};

const OWN_UPLOAD: ReadonlySet<string> = new Set(['AbortMultipartUpload', 'ListParts']);

/** Whoever began an upload may see and end it, unless that is denied expressly. */
const isOwnUpload = async (
  exchange: S3Exchange,
  operation: S3OperationName,
  { reason }: Decision,
  context: GatewayContext,
): Promise<boolean> => {
  const { principal, bucket, key, query } = exchange;
  if (!OWN_UPLOAD.has(operation) || principal.kind !== 'account' || reason.startsWith('explicit-deny')) return false;
  const upload = await context.catalog.getUpload(bucket, key, query.get('uploadId') ?? '');
  return upload?.initiatorId === principal.accountId;
};

/** Callers of other accounts must say that they know that they pay. */
const chargeRequester = (exchange: S3Exchange, { requesterPays, bucket }: BucketAccess): void => {
  const { principal } = exchange;
  if (!requesterPays || principal.kind === 'root' || principal.accountId === bucket.ownerId) return;
  const payer = exchange.header('x-amz-request-payer') ?? exchange.query.get('x-amz-request-payer');
  if (principal.kind === 'anonymous' || payer?.toLowerCase() !== 'requester') throw new S3Error('AccessDenied');
  exchange.addAnswerHeaders(['x-amz-request-charged', 'requester']);
};

interface OperationPlace {
  readonly operation: S3OperationName;
  readonly access: BucketAccess;
  readonly version: ObjectVersion | undefined;
  /** Others than the request's own, for keys that stand in its body or name its source. */
  readonly key?: string;
  readonly versionId?: string | undefined;
  readonly requestTags?: Readonly<Record<string, string>> | undefined;
}

const describeOperation = async (
  exchange: S3Exchange,
  place: OperationPlace,
  context: GatewayContext,
): Promise<OperationRequest> => {
  const { access, version } = place;
  const { bucket, block } = access;
  const accountBlock = couldBePublic(access, version) ? await context.access.accountBlock(bucket.ownerId) : block;
  return describePlace(exchange, place, joinPublicAccessBlocks(block, accountBlock), context);
};

const describePlace = (
  exchange: S3Exchange,
  place: OperationPlace,
  block: PublicAccessBlock,
  context: GatewayContext,
): OperationRequest => {
  const { operation, access, version } = place;
  const { bucket } = access;
  return {
    operation,
    principal: exchange.principal,
    access,
    block,
    key: place.key ?? exchange.key,
    versionId: place.key === undefined ? versionIdOf(exchange) : place.versionId,
    version,
    facts: {
      ...describeRequest(exchange, context, bucket.ownerId),
      existingTags: version?.tags,
      bucketTags: access.tags,
      requestTags: place.requestTags,
    },
  };
};

const describeRequest = (exchange: S3Exchange, context: GatewayContext, ownerAccountId: string): RequestFacts => ({
  principal: exchange.principal,
  headers: exchange.headers,
  query: exchange.query,
  region: context.region,
  sourceIp: exchange.sourceIp,
  isSecure: exchange.isSecure,
  nowMs: context.nowMs(),
  amzDate: exchange.proven?.amzDate,
  ownerAccountId,
});

/**
 * Whether the caller may do one more thing at an object: delete a key that stands in the body, bypass retention, read the source of a
 * copy. The bucket may be another one.
 */
export const decideAt = async (
  exchange: S3Exchange,
  context: GatewayContext,
  place: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId?: string | undefined;
    readonly version?: ObjectVersion | undefined;
  } & ({ readonly operation: S3OperationName } | { readonly action: string }),
): Promise<Decision> => {
  const access = await context.access.find(place.bucket);
  if (access === undefined) throw noSuchBucket(place.bucket);
  const operation = 'operation' in place ? place.operation : undefined;
  const { key, versionId } = place;
  const version = place.version;
  if (operation !== undefined && isOwnersOwn(access, exchange.principal, permissionOf(operation))) return OWNERS_OWN;
  const request = await describeOperation(
    exchange,
    { operation: operation ?? 'GetObject', access, version, key, versionId },
    context,
  );
  return 'action' in place ? decideAction(request, place.action) : decideOperation(request);
};

/** One key of a request that names many. */
export interface NamedKey {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** For operations on many keys: whether the caller may do it with each of them. `all` when nothing of a key could change that. */
export const judgeKeys = async (
  exchange: S3Exchange,
  operation: S3OperationName,
  context: GatewayContext,
): Promise<'all' | ((object: NamedKey) => Promise<boolean>)> => {
  const access = await context.access.find(exchange.bucket);
  if (access === undefined) throw noSuchBucket(exchange.bucket);
  const permission = permissionOf(operation);
  if (isOwnersOwn(access, exchange.principal, permission)) return 'all';
  return async ({ key, versionId }) => {
    const version = needsVersion(access, exchange.principal, permission)
      ? await context.catalog.lookupObject(exchange.bucket, key, versionId)
      : undefined;
    const request = await describeOperation(exchange, { operation, access, version, key, versionId }, context);
    return decideOperation(request).isAllowed;
  };
};

const OWNERS_OWN: Decision = { isAllowed: true, reason: 'identity' };

/** Whether the caller may know that a bucket has no such key: without that, what is missing is AccessDenied (s3.md rule 43). */
export const mayList = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<boolean> => {
  const access = await context.access.find(bucket);
  if (access === undefined) return true;
  if (isOwnersOwn(access, exchange.principal, permissionOf('ListObjectsV2'))) return true;
  const request = await describeOperation(
    exchange,
    { operation: 'ListObjectsV2', access, version: undefined, key, versionId: undefined },
    context,
  );
  return decideListing(request).isAllowed;
};
