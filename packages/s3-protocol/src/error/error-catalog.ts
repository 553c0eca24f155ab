/**
 * The closed table of S3 error codes: HTTP status, default message, and the extra elements an answer may carry, in the order in
 * which they are written (s3.md rules 49 and 50). A code that is not here cannot be answered.
 */
export interface ErrorDefinition {
  readonly status: number;
  readonly message: string;
  /** Element names, in order, that `S3Error.details` may hold. */
  readonly elements: readonly string[];
}

const define = (status: number, message: string, ...elements: string[]): ErrorDefinition => ({
  status,
  message,
  elements,
});

const BUCKET_NAME = 'BucketName';

export const ERROR_CATALOG = {
  // Authentication.
  AccessDenied: define(403, 'Access Denied', 'X-Amz-Expires', 'Expires', 'ServerTime', 'HeadersNotSigned'),
  AuthorizationHeaderMalformed: define(400, 'The authorization header that you provided is not valid.', 'Region'),
  AuthorizationQueryParametersError: define(
    400,
    'The authorization query parameters that you provided are not valid.',
    'Region',
  ),
  InvalidAccessKeyId: define(
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
    'AWSAccessKeyId',
  ),
  ExpiredToken: define(400, 'The provided token has expired.', 'Token-0'),
  InvalidToken: define(400, 'The provided token is malformed or otherwise not valid.', 'Token-0'),
  RequestTimeTooSkewed: define(
    403,
    'The difference between the request time and the current time is too large.',
    'RequestTime',
    'ServerTime',
    'MaxAllowedSkewMilliseconds',
  ),
  SignatureDoesNotMatch: define(
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    'AWSAccessKeyId',
    'StringToSign',
    'SignatureProvided',
    'StringToSignBytes',
    'CanonicalRequest',
    'CanonicalRequestBytes',
  ),
  XAmzContentSHA256Mismatch: define(
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    'ClientComputedContentSHA256',
    'S3ComputedContentSHA256',
  ),

  // The request itself.
  BadRequest: define(400, 'An error occurred when parsing the HTTP request.'),
  InvalidArgument: define(400, 'Invalid Argument', 'ArgumentName', 'ArgumentValue'),
  InvalidHTTPHeader: define(400, 'One or more of the request headers are not valid.', 'ArgumentName'),
  InvalidRequest: define(400, 'Invalid Request'),
  InvalidURI: define(400, "Couldn't parse the specified URI.", 'URI'),
  IllegalLocationConstraintException: define(
    400,
    'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  ),
  InvalidLocationConstraint: define(400, 'The specified location-constraint is not valid', 'LocationConstraint'),
  MalformedXML: define(
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ),
  MaxMessageLengthExceeded: define(400, 'Your request was too big.', 'MaxMessageLengthBytes'),
  MethodNotAllowed: define(405, 'The specified method is not allowed against this resource.', 'Method', 'ResourceType'),
  MissingContentLength: define(411, 'You must provide the Content-Length HTTP header.'),
  MissingRequestBodyError: define(400, 'Request Body is empty'),
  NotImplemented: define(501, 'A header you provided implies functionality that is not implemented', 'Header'),
  RequestHeaderSectionTooLarge: define(
    400,
    'Your request header section exceeds the maximum allowed header size.',
    'MaxSizeAllowed',
    'Size',
  ),
  RequestTimeout: define(
    400,
    'Your socket connection to the server was not read from or written to within the timeout period.',
  ),
  MetadataTooLarge: define(
    400,
    'Your metadata headers exceed the maximum allowed metadata size',
    'Size',
    'MaxSizeAllowed',
  ),
  KeyTooLongError: define(400, 'Your key is too long', 'Size', 'MaxSizeAllowed'),

  // Bodies, chunks, checksums.
  BadDigest: define(
    400,
    'The Content-MD5 you specified did not match what we received.',
    'CalculatedDigest',
    'ExpectedDigest',
  ),
  EntityTooLarge: define(
    400,
    'Your proposed upload exceeds the maximum allowed size',
    'ProposedSize',
    'MaxSizeAllowed',
  ),
  EntityTooSmall: define(
    400,
    'Your proposed upload is smaller than the minimum allowed size',
    'ProposedSize',
    'MinSizeAllowed',
    'PartNumber',
    'ETag',
  ),
  IncompleteBody: define(
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    'NumberBytesExpected',
    'NumberBytesProvided',
  ),
  InvalidChunkSizeError: define(
    403,
    'Only the last chunk is allowed to have a size less than 8192 bytes',
    'Chunk',
    'BadChunkSize',
  ),
  InvalidDigest: define(400, 'The Content-MD5 you specified was invalid.', 'Content-MD5'),
  MalformedTrailerError: define(
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ),

  // Buckets.
  InvalidBucketAclWithObjectOwnership: define(
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  ),
  InvalidBucketAclWithBlockPublicAccessError: define(
    400,
    'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
  ),
  MissingSecurityHeader: define(400, 'Your request was missing a required header'),
  UnexpectedContent: define(400, 'This request does not support content'),
  MalformedACLError: define(
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ),
  MalformedPolicy: define(400, 'This policy contains invalid Json', 'Detail'),
  UnresolvableGrantByEmailAddress: define(
    400,
    'The email address you provided does not match any account on record.',
    'EmailAddress',
  ),
  AccessControlListNotSupported: define(400, 'The bucket does not allow ACLs'),
  BucketAlreadyExists: define(
    409,
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    BUCKET_NAME,
  ),
  BucketAlreadyOwnedByYou: define(
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
    BUCKET_NAME,
  ),
  BucketNotEmpty: define(409, 'The bucket you tried to delete is not empty', BUCKET_NAME),
  InvalidBucketName: define(400, 'The specified bucket is not valid.', BUCKET_NAME),
  NoSuchBucket: define(404, 'The specified bucket does not exist', BUCKET_NAME),
  NoSuchBucketPolicy: define(404, 'The bucket policy does not exist', BUCKET_NAME),
  NoSuchCORSConfiguration: define(404, 'The CORS configuration does not exist', BUCKET_NAME),
  OperationAborted: define(
    409,
    'A conflicting conditional operation is currently in progress against this resource. Try again.',
  ),
  NoSuchConfiguration: define(404, 'The specified configuration does not exist.'),
  TooManyConfigurations: define(
    400,
    'You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
  ),
  InvalidS3DestinationBucket: define(400, 'The destination bucket is not valid.', 'ArgumentName', 'ArgumentValue'),
  InvalidTargetBucketForLogging: define(
    400,
    'The target bucket for logging does not exist or does not belong to you',
    'TargetBucket',
  ),
  NoSuchLifecycleConfiguration: define(404, 'The lifecycle configuration does not exist', BUCKET_NAME),
  NoSuchPublicAccessBlockConfiguration: define(404, 'The public access block configuration was not found', BUCKET_NAME),
  NoSuchTagSet: define(404, 'The TagSet does not exist', BUCKET_NAME),
  NoSuchWebsiteConfiguration: define(404, 'The specified bucket does not have a website configuration', BUCKET_NAME),
  ObjectLockConfigurationNotFoundError: define(
    404,
    'Object Lock configuration does not exist for this bucket',
    BUCKET_NAME,
  ),
  OwnershipControlsNotFoundError: define(404, 'The bucket ownership controls were not found', BUCKET_NAME),
  ReplicationConfigurationNotFoundError: define(404, 'The replication configuration was not found', BUCKET_NAME),
  ServerSideEncryptionConfigurationNotFoundError: define(
    404,
    'The server side encryption configuration was not found',
    BUCKET_NAME,
  ),
  InvalidPolicyDocument: define(
    400,
    'The content of the form does not meet the conditions specified in the policy document.',
  ),
  MalformedPOSTRequest: define(400, 'The body of your POST request is not well-formed multipart/form-data.'),
  MaxPostPreDataLengthExceededError: define(400, 'Your POST request fields preceding the upload file were too large.'),
  InvalidEncryptionAlgorithmError: define(
    400,
    'The encryption request that you specified is not valid. The valid value is AES256.',
    'ArgumentValue',
  ),
  'KMS.NotFoundException': define(400, 'The key does not exist.'),
  IllegalVersioningConfigurationException: define(
    400,
    'The versioning configuration that you provided is not valid: it must have a Status element.',
  ),
  InvalidBucketState: define(409, 'The request is not valid with the current state of the bucket.'),
  InvalidRetentionPeriod: define(400, 'The retention period that you provided is not valid.'),
  TooManyBuckets: define(400, 'You have attempted to create more buckets than allowed'),

  // Objects and uploads.
  ConditionalRequestConflict: define(
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    'Condition',
    'Key',
  ),
  InvalidObjectState: define(
    403,
    "The operation is not valid for the object's storage class",
    'StorageClass',
    'AccessTier',
  ),
  InvalidPart: define(
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    'UploadId',
    'PartNumber',
    'ETag',
  ),
  InvalidPartNumber: define(
    416,
    'The requested partnumber is not satisfiable',
    'ActualPartCount',
    'PartNumberRequested',
  ),
  InvalidPartOrder: define(
    400,
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    'UploadId',
  ),
  InvalidRange: define(416, 'The requested range is not satisfiable', 'RangeRequested', 'ActualObjectSize'),
  InvalidRedirectLocation: define(
    400,
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  ),
  InvalidTag: define(400, 'The tag provided was not a valid tag.', 'TagKey', 'TagValue'),
  InvalidStorageClass: define(400, 'The storage class you specified is not valid', 'StorageClassRequested'),
  NoSuchKey: define(404, 'The specified key does not exist.', 'Key'),
  NoSuchObjectLockConfiguration: define(
    404,
    'The specified object does not have a ObjectLock configuration',
    'Key',
    'VersionId',
  ),
  NoSuchUpload: define(
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    'UploadId',
  ),
  NoSuchVersion: define(404, 'The specified version does not exist.', 'Key', 'VersionId'),
  PreconditionFailed: define(412, 'At least one of the pre-conditions you specified did not hold', 'Condition'),

  // Cross-origin requests, configurations.
  AccessForbidden: define(403, 'CORSResponse: This CORS request is not allowed.', 'Method', 'ResourceType'),
  UnsupportedConfiguration: define(400, 'The configuration is not supported.', 'ArgumentName', 'ArgumentValue'),

  // Limits and faults.
  InternalError: define(500, 'We encountered an internal error. Please try again.'),
  ServiceUnavailable: define(503, 'Service is unable to handle request.'),
  SlowDown: define(503, 'Please reduce your request rate.'),
} as const satisfies Record<string, ErrorDefinition>;

export type S3ErrorCode = keyof typeof ERROR_CATALOG;

/** Whether `code` is one of the catalogue's. */
export const isS3ErrorCode = (code: string): code is S3ErrorCode => Object.hasOwn(ERROR_CATALOG, code);
