import { headerValue, type QueryParameters, type RequestHeaders } from '@needlestack/s3-protocol';
import { asksGovernanceBypass } from '../governance-bypass.ts';
import type { S3OperationName } from '../s3-operation.ts';

interface AskedRequest {
  readonly headers: RequestHeaders;
  readonly query: QueryParameters;
}

const WRITES: ReadonlySet<string> = new Set(['PutObject', 'PostObject', 'CopyObject', 'CreateMultipartUpload']);
const PASSES_RETENTION: ReadonlySet<string> = new Set(['DeleteObject', 'DeleteObjects', 'PutObjectRetention']);
const BYPASS = ['s3:BypassGovernanceRetention'];
const GRANT_HEADERS = [
  'x-amz-acl',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
];
const LOCK_HEADERS = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'];
const NO_ACTIONS: readonly string[] = [];

/**
 * What a request needs beside its operation's own action: attributes that it sets on the way are actions of their own, or whoever may
 * only write could set them.
 */
export const extraActionsOf = (operation: S3OperationName, request: AskedRequest): readonly string[] => {
  if (operation === 'CreateBucket') return extrasOfCreateBucket(request);
  if (operation === ATTRIBUTES) {
    return [request.query.get('versionId') === undefined ? 's3:GetObjectAttributes' : 's3:GetObjectVersionAttributes'];
  }
  if (PASSES_RETENTION.has(operation)) return asksGovernanceBypass(request.headers) ? BYPASS : NO_ACTIONS;
  if (!WRITES.has(operation)) return NO_ACTIONS;
  const actions: string[] = [];
  if (has(request, ...GRANT_HEADERS) && !isSelfless(request)) actions.push('s3:PutObjectAcl');
  if (has(request, 'x-amz-tagging')) actions.push('s3:PutObjectTagging');
  if (has(request, ...LOCK_HEADERS)) actions.push('s3:PutObjectRetention');
  if (has(request, 'x-amz-object-lock-legal-hold')) actions.push('s3:PutObjectLegalHold');
  return actions.length === 0 ? NO_ACTIONS : actions;
};

const ATTRIBUTES: string = 'GetObjectAttributes';

const extrasOfCreateBucket = (request: AskedRequest): readonly string[] => {
  const actions: string[] = [];
  if (has(request, ...GRANT_HEADERS)) actions.push('s3:PutBucketAcl');
  if (has(request, 'x-amz-object-ownership')) actions.push('s3:PutBucketOwnershipControls');
  if (headerValue(request.headers, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true') {
    actions.push('s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning');
  }
  return actions;
};

/** ACLs that give nobody more than he has without them: the default one, and full control for the owner of the bucket. */
const isSelfless = ({ headers, query }: AskedRequest): boolean => {
  const canned = headerValue(headers, 'x-amz-acl') ?? query.get('x-amz-acl');
  return canned === 'private' || canned === 'bucket-owner-full-control';
};

/** Presigned requests carry such headers as parameters. */
const has = ({ headers, query }: AskedRequest, ...names: readonly string[]): boolean =>
  names.some((name) => headers[name] !== undefined || (query.entries.size > 0 && query.get(name) !== undefined));
