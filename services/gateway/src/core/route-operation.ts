/**
 * Which operation a request asks for: method, what is addressed, and the sub-resource named in the query. A name that we do not serve
 * is refused; it never falls through to a listing or to a plain write (s3.md rule 10).
 */
import { invalidArgument, type QueryParameters, S3Error } from '@needlestack/s3-protocol';
import { S3_CONTROL_SEGMENT } from './reserved-buckets.ts';
import type { S3OperationName } from './s3-operation.ts';

type Scope = 'service' | 'bucket' | 'object';

/** Operations by scope, then by `METHOD` or `METHOD sub-resource`. */
export const S3_ROUTES: Readonly<Record<Scope, Readonly<Record<string, S3OperationName>>>> = {
  service: { GET: 'ListBuckets' },
  bucket: {
    PUT: 'CreateBucket',
    HEAD: 'HeadBucket',
    POST: 'PostObject',
    DELETE: 'DeleteBucket',
    GET: 'ListObjects',
    'GET location': 'GetBucketLocation',
    'GET acl': 'GetBucketAcl',
    'PUT acl': 'PutBucketAcl',
    'GET policy': 'GetBucketPolicy',
    'PUT policy': 'PutBucketPolicy',
    'DELETE policy': 'DeleteBucketPolicy',
    'GET policyStatus': 'GetBucketPolicyStatus',
    'GET ownershipControls': 'GetBucketOwnershipControls',
    'PUT ownershipControls': 'PutBucketOwnershipControls',
    'DELETE ownershipControls': 'DeleteBucketOwnershipControls',
    'GET publicAccessBlock': 'GetPublicAccessBlock',
    'PUT publicAccessBlock': 'PutPublicAccessBlock',
    'DELETE publicAccessBlock': 'DeletePublicAccessBlock',
    'GET abac': 'GetBucketAbac',
    'PUT abac': 'PutBucketAbac',
    'GET requestPayment': 'GetBucketRequestPayment',
    'PUT requestPayment': 'PutBucketRequestPayment',
    'GET notification': 'GetBucketNotificationConfiguration',
    'PUT notification': 'PutBucketNotificationConfiguration',
    'GET uploads': 'ListMultipartUploads',
    'POST delete': 'DeleteObjects',
    'GET versioning': 'GetBucketVersioning',
    'PUT versioning': 'PutBucketVersioning',
    'GET versions': 'ListObjectVersions',
    'GET tagging': 'GetBucketTagging',
    'GET cors': 'GetBucketCors',
    'GET lifecycle': 'GetBucketLifecycleConfiguration',
    'GET encryption': 'GetBucketEncryption',
    'GET website': 'GetBucketWebsite',
    'GET replication': 'GetBucketReplication',
    'GET object-lock': 'GetObjectLockConfiguration',
    'PUT object-lock': 'PutObjectLockConfiguration',
    'GET logging': 'GetBucketLogging',
    'PUT logging': 'PutBucketLogging',
    'GET accelerate': 'GetBucketAccelerateConfiguration',
    'PUT tagging': 'PutBucketTagging',
    'DELETE tagging': 'DeleteBucketTagging',
    'PUT cors': 'PutBucketCors',
    'DELETE cors': 'DeleteBucketCors',
    'PUT encryption': 'PutBucketEncryption',
    'DELETE encryption': 'DeleteBucketEncryption',
    'PUT website': 'PutBucketWebsite',
    'DELETE website': 'DeleteBucketWebsite',
    'PUT replication': 'PutBucketReplication',
    'DELETE replication': 'DeleteBucketReplication',
    'PUT lifecycle': 'PutBucketLifecycleConfiguration',
    'DELETE lifecycle': 'DeleteBucketLifecycle',
    'PUT accelerate': 'PutBucketAccelerateConfiguration',
    'GET analytics': 'GetBucketAnalyticsConfiguration',
    'PUT analytics': 'PutBucketAnalyticsConfiguration',
    'DELETE analytics': 'DeleteBucketAnalyticsConfiguration',
    'GET intelligent-tiering': 'GetBucketIntelligentTieringConfiguration',
    'PUT intelligent-tiering': 'PutBucketIntelligentTieringConfiguration',
    'DELETE intelligent-tiering': 'DeleteBucketIntelligentTieringConfiguration',
    'GET inventory': 'GetBucketInventoryConfiguration',
    'PUT inventory': 'PutBucketInventoryConfiguration',
    'DELETE inventory': 'DeleteBucketInventoryConfiguration',
    'GET metrics': 'GetBucketMetricsConfiguration',
    'PUT metrics': 'PutBucketMetricsConfiguration',
    'DELETE metrics': 'DeleteBucketMetricsConfiguration',
  },
  object: {
    GET: 'GetObject',
    HEAD: 'HeadObject',
    PUT: 'PutObject',
    DELETE: 'DeleteObject',
    'GET acl': 'GetObjectAcl',
    'PUT acl': 'PutObjectAcl',
    'GET attributes': 'GetObjectAttributes',
    'GET tagging': 'GetObjectTagging',
    'PUT tagging': 'PutObjectTagging',
    'DELETE tagging': 'DeleteObjectTagging',
    'GET legal-hold': 'GetObjectLegalHold',
    'PUT legal-hold': 'PutObjectLegalHold',
    'GET retention': 'GetObjectRetention',
    'PUT retention': 'PutObjectRetention',
    'GET torrent': 'GetObjectTorrent',
    'PUT renameObject': 'RenameObject',
    'PUT encryption': 'UpdateObjectEncryption',
    'POST restore': 'RestoreObject',
    'POST uploads': 'CreateMultipartUpload',
    'PUT uploadId': 'UploadPart',
    'POST uploadId': 'CompleteMultipartUpload',
    'DELETE uploadId': 'AbortMultipartUpload',
    'GET uploadId': 'ListParts',
    'POST select': 'SelectObjectContent',
  },
};

/** Every sub-resource of S3, served or not; with or without a value. */
const SUB_RESOURCES: ReadonlySet<string> = new Set(
  `abac accelerate acl analytics annotation append attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  location logging metadataAnnotationTable metadataConfiguration metadataTable metadataInventoryTable metadataJournalTable metrics notification object-lock
  ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session
  tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
);

/** Parameters that qualify an operation; meaningful or harmless with an empty value too. */
const PARAMETERS: ReadonlySet<string> = new Set(
  `bucket-region continuation-token delimiter encoding-type fetch-owner id key-marker list-type marker max-buckets max-keys max-parts
  max-uploads part-number-marker partNumber position prefix select-type start-after upload-id-marker version-id-marker versionId
  x-id`.split(/\s+/),
);

const HOISTED = /^(?:x-amz-|response-)/i;

/**
 * @throws S3Error `NotImplemented` for a sub-resource or method that is not served, `MethodNotAllowed` where S3 has no such method,
 * `InvalidArgument` for two sub-resources
 */
export const routeOperation = (
  method: string,
  bucket: string,
  key: string,
  query: QueryParameters,
): S3OperationName => {
  refuseForeignEndpoint(query);
  const scope: Scope = key !== '' ? 'object' : bucket !== '' ? 'bucket' : 'service';
  const subResource = query.entries.size === 0 ? undefined : findSubResource(scope, method, query);
  const routes = S3_ROUTES[scope];
  const operation = routes[subResource === undefined ? method : `${method} ${subResource}`];
  if (operation !== undefined) return refine(operation, query);
  if (subResource !== undefined) throw notServed(`${method} ?${subResource}`);
  throw new S3Error('MethodNotAllowed', {
    details: { Method: method, ResourceType: scope.toUpperCase() },
    headers: [
      'Allow',
      Object.keys(routes)
        .filter((route) => !route.includes(' '))
        .join(', '),
    ],
  });
};

/** Operations of other endpoints of S3, which clients send to this one under the names of ours. @throws S3Error `NotImplemented` */
const refuseForeignEndpoint = (query: QueryParameters): void => {
  const id = query.entries.size === 0 ? undefined : query.get('x-id');
  if (id === 'ListDirectoryBuckets' || id === 'WriteGetObjectResponse') throw notServed(id);
};

const notServed = (what: string): S3Error =>
  new S3Error('NotImplemented', { message: `The operation ${what} is not implemented.`, details: { Header: what } });

const findSubResource = (scope: Scope, method: string, query: QueryParameters): string | undefined => {
  let found: string | undefined;
  for (const [name, value] of query.entries) {
    if (PARAMETERS.has(name) || HOISTED.test(name)) continue;
    if (SUB_RESOURCES.has(name)) {
      if (found !== undefined) throw conflict(found, name);
      found = name;
    } else if (value === '' && !isCacheBuster(scope, method)) {
      throw notServed(`${method} ?${name}`);
    }
  }
  return found;
};

/** Which of two sub-resources is meant nobody can know. */
const conflict = (one: string, other: string): S3Error =>
  invalidArgument(`Conflicting query string parameters: ${one}, ${other}`, 'ResourceType', one);

/** An unknown name without value is ignored only where it cannot turn one operation into another. */
const isCacheBuster = (scope: Scope, method: string): boolean =>
  scope === 'service' || (scope === 'object' && (method === 'GET' || method === 'HEAD'));

/** @throws S3Error `InvalidArgument` for a parameter that would have made it another operation, had its partner come too */
const refine = (operation: S3OperationName, query: QueryParameters): S3OperationName => {
  if (operation === 'PutObject') {
    for (const name of ['partNumber', 'versionId']) {
      const value = query.get(name);
      if (value !== undefined) throw invalidArgument(`This operation does not accept ${name}.`, name, value);
    }
  }
  if (operation === 'ListObjects' && query.get('list-type') === '2') return 'ListObjectsV2';
  return query.has('id') ? operation : (WITHOUT_ID[operation] ?? operation);
};

/** Reads of one configuration that without its id are the list of all. */
const WITHOUT_ID: Readonly<Partial<Record<S3OperationName, S3OperationName>>> = {
  GetBucketAnalyticsConfiguration: 'ListBucketAnalyticsConfigurations',
  GetBucketIntelligentTieringConfiguration: 'ListBucketIntelligentTieringConfigurations',
  GetBucketInventoryConfiguration: 'ListBucketInventoryConfigurations',
  GetBucketMetricsConfiguration: 'ListBucketMetricsConfigurations',
};

/** S3 Control's path of the PublicAccessBlock of an account. */
const ACCOUNT_ROUTES: Readonly<Record<string, S3OperationName>> = {
  GET: 'GetAccountPublicAccessBlock',
  PUT: 'PutAccountPublicAccessBlock',
  DELETE: 'DeleteAccountPublicAccessBlock',
};

/** Requests of S3 Control, whose first path segment is no bucket. @throws S3Error `NotImplemented` for all but one */
export const routeAccountOperation = (method: string, path: string): S3OperationName => {
  const operation = path === 'configuration/publicAccessBlock' ? ACCOUNT_ROUTES[method] : undefined;
  if (operation === undefined) throw notServed(`${method} /${S3_CONTROL_SEGMENT}/${path}`);
  return operation;
};

/** A PUT with a copy source is the copying twin of its operation. */
export const withCopySource = (operation: S3OperationName, hasCopySource: boolean): S3OperationName => {
  if (!hasCopySource) return operation;
  if (operation === 'PutObject') return 'CopyObject';
  return operation === 'UploadPart' ? 'UploadPartCopy' : operation;
};
