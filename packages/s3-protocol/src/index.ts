export {
  type AccessControlPolicy,
  type NamedGrant,
  type NamedGrantee,
  parseAccessControlPolicy,
  type ShownGrant,
  writeAccessControlPolicy,
} from './access-control-list/access-control-policy.ts';
export {
  type AddressOptions,
  bucketOfHost,
  isValidBucketName,
  type ObjectAddress,
  requireKeyLength,
  resolveObjectAddress,
  validateKey,
} from './address/object-address.ts';
export { parseQuery, parseRequestTarget, type QueryParameters, type RequestTarget } from './address/request-target.ts';
export { decodeUriComponent, encodeUriComponent, encodeUriPath } from './address/uri-encoding.ts';
export { type NameEncoder, nameEncoder } from './answer-document/encode-listed-name.ts';
export { formatXmlTime, S3_NAMESPACE, wrapDocument } from './answer-document/s3-namespace.ts';
export {
  type BucketEntry,
  type ListBuckets,
  writeListBuckets,
  writeLocation,
} from './answer-document/write-buckets.ts';
export {
  type ListedEntry,
  type ListObjectsV1,
  type ListObjectsV2,
  type OwnerNames,
  type ShownOwner,
  writeListObjectsV1,
  writeListObjectsV2,
} from './answer-document/write-list-objects.ts';
export {
  type AttributedParts,
  type ObjectAttributesAnswer,
  writeObjectAttributes,
} from './answer-document/write-object-attributes.ts';
export {
  type CopyResult,
  type DeletedEntry,
  type DeleteFailure,
  type ResultChecksum,
  writeCopyResult,
  writeDeleteResult,
  writeEmptyDocument,
} from './answer-document/write-object-results.ts';
export {
  type ListedVersionEntry,
  type ListObjectVersions,
  writeListVersions,
} from './answer-document/write-object-versions.ts';
export {
  type CompleteResult,
  type ListParts,
  type ListUploads,
  type PartEntry,
  type UploadEntry,
  writeCompleteUpload,
  writeCreateUpload,
  writeListParts,
  writeListUploads,
} from './answer-document/write-uploads.ts';
export {
  algorithmOfHeader,
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  type ChecksumType,
  checksumElement,
  checksumHeader,
  isCombinable,
  isWellFormedChecksum,
  multipartChecksumType,
  parseChecksumAlgorithm,
} from './checksum/checksum-algorithm.ts';
export { type ChecksumHasher, computeChecksum, createChecksumHasher } from './checksum/checksum-hasher.ts';
export { ChecksumSet } from './checksum/checksum-set.ts';
export { combineCrc } from './checksum/combine-crc.ts';
export { combinePartChecksums, type PartChecksum } from './checksum/combine-parts.ts';
export { crc64 } from './checksum/crc64.ts';
export {
  type RequestChecksum,
  readContentMd5,
  readDeclaredTrailers,
  readRequestChecksum,
  requireChecksumAlgorithm,
} from './checksum/request-checksum.ts';
export { AwsChunkedDecoder, type AwsChunkedOptions } from './chunked/aws-chunked-decoder.ts';
export { type EncodeAwsChunkedOptions, encodeAwsChunked } from './chunked/aws-chunked-encoder.ts';
export { storedContentEncoding } from './chunked/content-encoding.ts';
export { type ByteRange, contentRange, resolveCopyRange, resolveRange } from './conditional/byte-range.ts';
export {
  bareEtag,
  evaluateCopySourceConditions,
  evaluateReadConditions,
  holdsIfRange,
  matchesEtag,
  type ReadConditions,
  type ReadDecision,
  readConditions,
  readWriteCondition,
  type WriteCondition,
} from './conditional/etag-condition.ts';
export { formatHttpDate, parseHttpDate } from './conditional/http-date.ts';
export { ABAC_STATUS, type AbacStatus } from './configuration/abac-status.ts';
export { ACCELERATE_CONFIGURATION, type AccelerateConfiguration } from './configuration/accelerate-configuration.ts';
export { ANALYTICS_CONFIGURATION, type AnalyticsConfiguration } from './configuration/analytics-configuration.ts';
export { bucketOfArn } from './configuration/bucket-arn.ts';
export { type ConfigurationDocument, configurationDocument } from './configuration/configuration-document.ts';
export {
  CORS_CONFIGURATION,
  CORS_METHODS,
  type CorsConfiguration,
  type CorsRule,
} from './configuration/cors-configuration.ts';
export { ENCRYPTION_CONFIGURATION, type EncryptionConfiguration } from './configuration/encryption-configuration.ts';
export {
  INTELLIGENT_TIERING_CONFIGURATION,
  type IntelligentTieringConfiguration,
} from './configuration/intelligent-tiering-configuration.ts';
export { INVENTORY_CONFIGURATION, type InventoryConfiguration } from './configuration/inventory-configuration.ts';
export { refuseJoinedFilters } from './configuration/lifecycle/check-lifecycle.ts';
export { LIFECYCLE_CONFIGURATION, nameLifecycleRules } from './configuration/lifecycle/lifecycle-configuration.ts';
export {
  type CompiledLifecycle,
  type CompiledLifecycleRule,
  compileLifecycle,
  currentExpiry,
  type Expiry,
  expirationHeader,
  markerExpiry,
  noncurrentExpiry,
  REAL_DAY_MS,
  uploadExpiry,
} from './configuration/lifecycle/lifecycle-due.ts';
export type { LifecycleConfiguration, LifecycleRule } from './configuration/lifecycle/lifecycle-shape.ts';
export {
  LOGGING_CONFIGURATION,
  type LoggingConfiguration,
  type LoggingTarget,
} from './configuration/logging-configuration.ts';
export { CORS_VARY, type CorsQuestion, corsHeaders, matchCorsRule } from './configuration/match-cors-rule.ts';
export { METRICS_CONFIGURATION, type MetricsConfiguration } from './configuration/metrics-configuration.ts';
export {
  checkConfigurationId,
  type NamedConfiguration,
  type NamedConfigurationDocument,
} from './configuration/named-configuration.ts';
export { OBJECT_LOCK_CONFIGURATION, type ObjectLockConfiguration } from './configuration/object-lock-configuration.ts';
export { OWNERSHIP_CONTROLS, type OwnershipControls } from './configuration/ownership-controls.ts';
export { PUBLIC_ACCESS_BLOCK_CONFIGURATION } from './configuration/public-access-block-configuration.ts';
export {
  REPLICATION_CONFIGURATION,
  type ReplicationConfiguration,
  type ReplicationRule,
} from './configuration/replication-configuration.ts';
export {
  REQUEST_PAYMENT_CONFIGURATION,
  type RequestPaymentConfiguration,
} from './configuration/request-payment-configuration.ts';
export {
  redirectFailure,
  redirectRequest,
  type WebsiteOrigin,
  type WebsiteRedirect,
  websiteKey,
} from './configuration/route-website-request.ts';
export { checkTag, collectTags, parseTagging, type Tag, type Tags, writeTagging } from './configuration/tag-set.ts';
export { VERSIONING_CONFIGURATION, type VersioningConfiguration } from './configuration/versioning-configuration.ts';
export { WEBSITE_CONFIGURATION, type WebsiteConfiguration } from './configuration/website-configuration.ts';
export {
  type CustomerKey,
  type RequestedEncryption,
  readCustomerKey,
  readRequestedEncryption,
  readSourceCustomerKey,
  refuseEncryptionOnRead,
} from './encryption/encryption-headers.ts';
export { ERROR_CATALOG, type ErrorDefinition, isS3ErrorCode, type S3ErrorCode } from './error/error-catalog.ts';
export { renderError, renderErrorElement, renderForeignError } from './error/render-error.ts';
export { invalidArgument, S3Error, type S3ErrorOptions } from './error/s3-error.ts';
export { encodeMessage } from './event-stream/encode-message.ts';
export {
  continuationFrame,
  endFrame,
  errorFrame,
  MAX_RECORDS_PAYLOAD_BYTES,
  progressFrame,
  recordsFrame,
  type SelectCounters,
  statsFrame,
} from './event-stream/select-frames.ts';
export {
  MAX_BUCKET_TAGS,
  MAX_DELETE_OBJECTS,
  MAX_HEADER_SECTION_BYTES,
  MAX_KEY_BYTES,
  MAX_LIST_KEYS,
  MAX_METADATA_BYTES,
  MAX_NAMED_CONFIGURATIONS,
  MAX_NAMED_CONFIGURATIONS_PER_PAGE,
  MAX_OBJECT_TAGS,
  MAX_PART_BYTES,
  MAX_PART_NUMBER,
  MAX_XML_BODY_BYTES,
  MIN_PART_BYTES,
} from './limits.ts';
export { isHeaderName, isHeaderValue } from './metadata/header-name.ts';
export { readTaggingHeader } from './metadata/tagging-header.ts';
export { decodeHeaderText, encodeHeaderText, readUserMetadata } from './metadata/user-metadata.ts';
export { LEGAL_HOLD_DOCUMENT, type LegalHold } from './object-lock/legal-hold-document.ts';
export { type LockHeaders, readLockHeaders, requireFuture } from './object-lock/lock-headers.ts';
export { RETENTION_DOCUMENT, type RetentionSettings } from './object-lock/retention-document.ts';
export {
  checkPostPolicy,
  type FileBounds,
  type FormFields,
  type PostPolicy,
  parsePostPolicy,
} from './post-form/post-policy.ts';
export { type FormClaim, parseFormClaim, verifyFormSignature } from './post-form/verify-form-signature.ts';
export { writePostResponse } from './post-form/write-post-response.ts';
export { type PartToComplete, parseCompleteUpload } from './request-document/parse-complete-upload.ts';
export {
  type CreateBucketConfiguration,
  parseCreateBucketConfiguration,
} from './request-document/parse-create-bucket.ts';
export {
  type DeleteObjectsDocument,
  type ObjectToDelete,
  parseDeleteObjects,
} from './request-document/parse-delete-objects.ts';
export { type ObjectEncryptionUpdate, parseObjectEncryption } from './request-document/parse-object-encryption.ts';
export { type DocumentTree, parseSelect, type SelectDocumentRequest } from './request-document/parse-select.ts';
export { encodeFormSpaces } from './sigv2/encode-form-spaces.ts';
export {
  buildStringToSignV2,
  parseSignatureV2Claim,
  type SignatureV2Claim,
  verifySignatureV2,
} from './sigv2/verify-signature-v2.ts';
export { formatAmzDate, parseAmzDate } from './sigv4/amz-date.ts';
export { chunkStringToSign, trailerStringToSign } from './sigv4/chunk-signature.ts';
export { deriveEcdsaScalar, EcdsaKey, SIGV4A_ALGORITHM } from './sigv4/ecdsa-key.ts';
export { withHoistedHeaders } from './sigv4/hoisted-headers.ts';
export { isEqualConstantTime } from './sigv4/is-equal-constant-time.ts';
export {
  EMPTY_SHA256,
  type PayloadKind,
  type PayloadLine,
  readPayloadLine,
  UNSIGNED_PAYLOAD,
} from './sigv4/payload-line.ts';
export {
  presignQuery,
  type RequestToSign,
  type SignedHeaders,
  type SigningCredentials,
  type SigningScope,
  signRequest,
} from './sigv4/sign-request.ts';
export { headerValue, type RequestHeaders, type SignableRequest } from './sigv4/signable-request.ts';
export { type ExpectedScope, parseSignatureClaim, type SignatureClaim } from './sigv4/signature-claim.ts';
export { deriveSigningKey, SigningKey, SigningKeyCache } from './sigv4/signing-key.ts';
export { type VerifyDialectInput, verifyDialectSignature } from './sigv4/verify-dialect.ts';
export {
  type ProvenSignature,
  type VerifyInput,
  verifySignature,
} from './sigv4/verify-signature.ts';
export { type DocumentContent, type DocumentValue, readDocument, writeDocument } from './xml/document-content.ts';
export { parseXml } from './xml/parse-xml.ts';
export type { XmlElement } from './xml/xml-element.ts';
export { escapeXml, XML_DECLARATION } from './xml/xml-escape.ts';
export { childOf, childrenOf, parseWholeNumber, requireRoot, requireText, textOf } from './xml/xml-reader.ts';
