// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { UnaryMethod } from '../method-types.ts';

export interface Catalog {
  readonly CreateBucket: UnaryMethod<CreateBucketRequestInit, CreateBucketRequest, BucketInit, Bucket>;
  readonly GetBucket: UnaryMethod<BucketNameInit, BucketName, BucketInit, Bucket>;
  readonly DeleteBucket: UnaryMethod<BucketNameInit, BucketName, EmptyInit, Empty>;
  readonly ListBuckets: UnaryMethod<
    ListBucketsRequestInit,
    ListBucketsRequest,
    ListBucketsResponseInit,
    ListBucketsResponse
  >;
  readonly GetBucketUsage: UnaryMethod<BucketNameInit, BucketName, BucketUsageInit, BucketUsage>;
  readonly GetBucketConfig: UnaryMethod<BucketConfigNameInit, BucketConfigName, BucketConfigInit, BucketConfig>;
  readonly PutBucketConfig: UnaryMethod<PutBucketConfigRequestInit, PutBucketConfigRequest, EmptyInit, Empty>;
  readonly PutBucketVersioning: UnaryMethod<
    PutBucketVersioningRequestInit,
    PutBucketVersioningRequest,
    EmptyInit,
    Empty
  >;
  readonly PutBucketObjectLock: UnaryMethod<
    PutBucketObjectLockRequestInit,
    PutBucketObjectLockRequest,
    EmptyInit,
    Empty
  >;
  readonly GetAccountConfig: UnaryMethod<AccountConfigNameInit, AccountConfigName, AccountConfigInit, AccountConfig>;
  readonly PutAccountConfig: UnaryMethod<PutAccountConfigRequestInit, PutAccountConfigRequest, EmptyInit, Empty>;
  readonly LookupObject: UnaryMethod<ObjectNameInit, ObjectName, LookupObjectResponseInit, LookupObjectResponse>;
  readonly CommitObject: UnaryMethod<
    CommitObjectRequestInit,
    CommitObjectRequest,
    CommittedObjectInit,
    CommittedObject
  >;
  readonly DeleteObject: UnaryMethod<DeleteObjectRequestInit, DeleteObjectRequest, DeletedObjectInit, DeletedObject>;
  readonly DeleteObjects: UnaryMethod<
    DeleteObjectsRequestInit,
    DeleteObjectsRequest,
    DeleteObjectsResponseInit,
    DeleteObjectsResponse
  >;
  readonly ListObjects: UnaryMethod<
    ListObjectsRequestInit,
    ListObjectsRequest,
    ListObjectsResponseInit,
    ListObjectsResponse
  >;
  readonly ListObjectVersions: UnaryMethod<
    ListObjectVersionsRequestInit,
    ListObjectVersionsRequest,
    ListObjectVersionsResponseInit,
    ListObjectVersionsResponse
  >;
  readonly UpdateVersion: UnaryMethod<
    UpdateVersionRequestInit,
    UpdateVersionRequest,
    CommittedObjectInit,
    CommittedObject
  >;
  readonly RenameObject: UnaryMethod<
    RenameObjectRequestInit,
    RenameObjectRequest,
    CommittedObjectInit,
    CommittedObject
  >;
  readonly CreateUpload: UnaryMethod<CreateUploadRequestInit, CreateUploadRequest, UploadInit, Upload>;
  readonly GetUpload: UnaryMethod<UploadNameInit, UploadName, GetUploadResponseInit, GetUploadResponse>;
  readonly PutPart: UnaryMethod<PutPartRequestInit, PutPartRequest, UploadedPartInit, UploadedPart>;
  readonly ListParts: UnaryMethod<ListPartsRequestInit, ListPartsRequest, ListPartsResponseInit, ListPartsResponse>;
  readonly ListUploads: UnaryMethod<
    ListUploadsRequestInit,
    ListUploadsRequest,
    ListUploadsResponseInit,
    ListUploadsResponse
  >;
  readonly CompleteUpload: UnaryMethod<
    CompleteUploadRequestInit,
    CompleteUploadRequest,
    CompletedUploadInit,
    CompletedUpload
  >;
  readonly AbortUpload: UnaryMethod<UploadNameInit, UploadName, EmptyInit, Empty>;
  readonly ReadOutbox: UnaryMethod<
    ReadOutboxRequestInit,
    ReadOutboxRequest,
    ReadOutboxResponseInit,
    ReadOutboxResponse
  >;
  readonly AdvanceOutboxCursor: UnaryMethod<OutboxCursorInit, OutboxCursor, EmptyInit, Empty>;
  readonly GetOutboxCursor: UnaryMethod<
    OutboxConsumerInit,
    OutboxConsumer,
    GetOutboxCursorResponseInit,
    GetOutboxCursorResponse
  >;
  readonly AddGarbage: UnaryMethod<AddGarbageRequestInit, AddGarbageRequest, EmptyInit, Empty>;
  readonly ListGarbage: UnaryMethod<
    ListGarbageRequestInit,
    ListGarbageRequest,
    ListGarbageResponseInit,
    ListGarbageResponse
  >;
  readonly ForgetGarbage: UnaryMethod<ForgetGarbageRequestInit, ForgetGarbageRequest, EmptyInit, Empty>;
  readonly GetIdentity: UnaryMethod<AccessKeyIdInit, AccessKeyId, GetIdentityResponseInit, GetIdentityResponse>;
  readonly PutIdentity: UnaryMethod<IdentityInit, Identity, EmptyInit, Empty>;
  readonly DeleteIdentity: UnaryMethod<AccessKeyIdInit, AccessKeyId, EmptyInit, Empty>;
  readonly ListIdentities: UnaryMethod<
    ListIdentitiesRequestInit,
    ListIdentitiesRequest,
    ListIdentitiesResponseInit,
    ListIdentitiesResponse
  >;
  readonly ReadIam: UnaryMethod<ReadIamRequestInit, ReadIamRequest, IamDocumentInit, IamDocument>;
  readonly ChangeIam: UnaryMethod<IamDocumentInit, IamDocument, IamDocumentInit, IamDocument>;
}

export type Empty = Record<never, never>;
export type EmptyInit = Record<never, never>;

export interface Bucket {
  readonly name: string;
  readonly bucket_id: string;
  readonly owner_id: string;
  readonly region: string;
  readonly created_at_ms: string;
  readonly versioning: string;
  readonly object_lock_enabled: boolean;
  readonly has_event_rules: boolean;
  readonly default_retention: DefaultRetention | null;
  readonly config_bits: number;
  readonly config_revision: string;
}
export interface BucketInit {
  readonly name?: string | undefined;
  readonly bucket_id?: string | undefined;
  readonly owner_id?: string | undefined;
  readonly region?: string | undefined;
  readonly created_at_ms?: string | number | bigint | undefined;
  readonly versioning?: string | undefined;
  readonly object_lock_enabled?: boolean | undefined;
  readonly has_event_rules?: boolean | undefined;
  readonly default_retention?: DefaultRetentionInit | undefined;
  readonly config_bits?: number | undefined;
  readonly config_revision?: string | number | bigint | undefined;
}

export interface DefaultRetention {
  readonly mode: string;
  readonly days?: number;
  readonly years?: number;
}
export interface DefaultRetentionInit {
  readonly mode?: string | undefined;
  readonly days?: number | undefined;
  readonly years?: number | undefined;
}

export interface BucketName {
  readonly name: string;
}
export interface BucketNameInit {
  readonly name?: string | undefined;
}

export interface CreateBucketRequest {
  readonly name: string;
  readonly owner_id: string;
  readonly region: string;
  readonly object_lock_enabled: boolean;
  readonly configs: readonly BucketConfigValue[];
}
export interface CreateBucketRequestInit {
  readonly name?: string | undefined;
  readonly owner_id?: string | undefined;
  readonly region?: string | undefined;
  readonly object_lock_enabled?: boolean | undefined;
  readonly configs?: readonly BucketConfigValueInit[] | undefined;
}

export interface BucketConfigValue {
  readonly kind: string;
  readonly value: Buffer;
}
export interface BucketConfigValueInit {
  readonly kind?: string | undefined;
  readonly value?: Uint8Array | undefined;
}

export interface ListBucketsRequest {
  readonly owner_id?: string;
  readonly prefix: string;
  readonly start_after: string;
  readonly max_buckets: number;
}
export interface ListBucketsRequestInit {
  readonly owner_id?: string | undefined;
  readonly prefix?: string | undefined;
  readonly start_after?: string | undefined;
  readonly max_buckets?: number | undefined;
}

export interface ListBucketsResponse {
  readonly buckets: readonly Bucket[];
  readonly is_truncated: boolean;
}
export interface ListBucketsResponseInit {
  readonly buckets?: readonly BucketInit[] | undefined;
  readonly is_truncated?: boolean | undefined;
}

export interface BucketUsage {
  readonly objects: string;
  readonly bytes: string;
}
export interface BucketUsageInit {
  readonly objects?: string | number | bigint | undefined;
  readonly bytes?: string | number | bigint | undefined;
}

export interface BucketConfigName {
  readonly bucket: string;
  readonly kind: string;
}
export interface BucketConfigNameInit {
  readonly bucket?: string | undefined;
  readonly kind?: string | undefined;
}

export interface BucketConfig {
  readonly value?: Buffer;
}
export interface BucketConfigInit {
  readonly value?: Uint8Array | undefined;
}

export interface PutBucketConfigRequest {
  readonly bucket: string;
  readonly kind: string;
  readonly value?: Buffer;
  readonly if_revision?: string;
}
export interface PutBucketConfigRequestInit {
  readonly bucket?: string | undefined;
  readonly kind?: string | undefined;
  readonly value?: Uint8Array | undefined;
  readonly if_revision?: string | number | bigint | undefined;
}

export interface PutBucketVersioningRequest {
  readonly bucket: string;
  readonly state: string;
}
export interface PutBucketVersioningRequestInit {
  readonly bucket?: string | undefined;
  readonly state?: string | undefined;
}

export interface PutBucketObjectLockRequest {
  readonly bucket: string;
  readonly default_retention: DefaultRetention | null;
}
export interface PutBucketObjectLockRequestInit {
  readonly bucket?: string | undefined;
  readonly default_retention?: DefaultRetentionInit | undefined;
}

export interface AccountConfigName {
  readonly account_id: string;
  readonly kind: string;
}
export interface AccountConfigNameInit {
  readonly account_id?: string | undefined;
  readonly kind?: string | undefined;
}

export interface AccountConfig {
  readonly value?: Buffer;
}
export interface AccountConfigInit {
  readonly value?: Uint8Array | undefined;
}

export interface PutAccountConfigRequest {
  readonly account_id: string;
  readonly kind: string;
  readonly value?: Buffer;
}
export interface PutAccountConfigRequestInit {
  readonly account_id?: string | undefined;
  readonly kind?: string | undefined;
  readonly value?: Uint8Array | undefined;
}

export interface Chunk {
  readonly volume_id: number;
  readonly needle_key: string;
  readonly cookie: number;
  readonly size_bytes: number;
  readonly crc32c: number;
}
export interface ChunkInit {
  readonly volume_id?: number | undefined;
  readonly needle_key?: string | number | bigint | undefined;
  readonly cookie?: number | undefined;
  readonly size_bytes?: number | undefined;
  readonly crc32c?: number | undefined;
}

export interface Checksum {
  readonly algorithm: string;
  readonly type: string;
  readonly value: string;
}
export interface ChecksumInit {
  readonly algorithm?: string | undefined;
  readonly type?: string | undefined;
  readonly value?: string | undefined;
}

export interface PartChecksum {
  readonly algorithm: string;
  readonly value: string;
}
export interface PartChecksumInit {
  readonly algorithm?: string | undefined;
  readonly value?: string | undefined;
}

export interface CompletedPart {
  readonly part_number: number;
  readonly size_bytes: string;
  readonly checksum?: string;
}
export interface CompletedPartInit {
  readonly part_number?: number | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly checksum?: string | undefined;
}

export interface ObjectLock {
  readonly mode?: string;
  readonly retain_until_ms?: string;
  readonly legal_hold?: boolean;
}
export interface ObjectLockInit {
  readonly mode?: string | undefined;
  readonly retain_until_ms?: string | number | bigint | undefined;
  readonly legal_hold?: boolean | undefined;
}

export interface ObjectEncryption {
  readonly scheme: string;
  readonly key_id?: string;
  readonly envelope: Buffer;
}
export interface ObjectEncryptionInit {
  readonly scheme?: string | undefined;
  readonly key_id?: string | undefined;
  readonly envelope?: Uint8Array | undefined;
}

export interface RestoreState {
  readonly is_ongoing: boolean;
  readonly expires_at_ms?: string;
}
export interface RestoreStateInit {
  readonly is_ongoing?: boolean | undefined;
  readonly expires_at_ms?: string | number | bigint | undefined;
}

export interface RemoteTierPointer {
  readonly tier: string;
  readonly remote_key: string;
  readonly remote_version_id?: string;
}
export interface RemoteTierPointerInit {
  readonly tier?: string | undefined;
  readonly remote_key?: string | undefined;
  readonly remote_version_id?: string | undefined;
}

export interface Tags {
  readonly values: Readonly<Record<string, string>>;
}
export interface TagsInit {
  readonly values?: Readonly<Record<string, string>> | undefined;
}

export interface VersionAttributes {
  readonly system_headers: Readonly<Record<string, string>>;
  readonly user_metadata: Readonly<Record<string, string>>;
  readonly storage_class?: string;
  readonly tags: Tags | null;
  readonly lock: ObjectLock | null;
  readonly encryption: ObjectEncryption | null;
  readonly owner_id: string;
  readonly acl?: Buffer;
}
export interface VersionAttributesInit {
  readonly system_headers?: Readonly<Record<string, string>> | undefined;
  readonly user_metadata?: Readonly<Record<string, string>> | undefined;
  readonly storage_class?: string | undefined;
  readonly tags?: TagsInit | undefined;
  readonly lock?: ObjectLockInit | undefined;
  readonly encryption?: ObjectEncryptionInit | undefined;
  readonly owner_id?: string | undefined;
  readonly acl?: Uint8Array | undefined;
}

export interface NewVersion {
  readonly attributes: VersionAttributes | null;
  readonly size_bytes: string;
  readonly etag: string;
  readonly chunks: readonly Chunk[];
  readonly inline_data?: Buffer;
  readonly checksum: Checksum | null;
  readonly parts: readonly CompletedPart[];
  readonly remote_tier: RemoteTierPointer | null;
}
export interface NewVersionInit {
  readonly attributes?: VersionAttributesInit | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly etag?: string | undefined;
  readonly chunks?: readonly ChunkInit[] | undefined;
  readonly inline_data?: Uint8Array | undefined;
  readonly checksum?: ChecksumInit | undefined;
  readonly parts?: readonly CompletedPartInit[] | undefined;
  readonly remote_tier?: RemoteTierPointerInit | undefined;
}

export interface ObjectVersion {
  readonly version: NewVersion | null;
  readonly version_id: string;
  readonly is_delete_marker: boolean;
  readonly last_modified_ms: string;
  readonly restore: RestoreState | null;
}
export interface ObjectVersionInit {
  readonly version?: NewVersionInit | undefined;
  readonly version_id?: string | undefined;
  readonly is_delete_marker?: boolean | undefined;
  readonly last_modified_ms?: string | number | bigint | undefined;
  readonly restore?: RestoreStateInit | undefined;
}

export interface WriteCondition {
  readonly if_none_match?: string;
  readonly if_match?: string;
  readonly held_before: boolean;
}
export interface WriteConditionInit {
  readonly if_none_match?: string | undefined;
  readonly if_match?: string | undefined;
  readonly held_before?: boolean | undefined;
}

export interface ReadCondition {
  readonly if_match?: string;
  readonly if_none_match?: string;
  readonly if_modified_since_ms?: string;
  readonly if_unmodified_since_ms?: string;
}
export interface ReadConditionInit {
  readonly if_match?: string | undefined;
  readonly if_none_match?: string | undefined;
  readonly if_modified_since_ms?: string | number | bigint | undefined;
  readonly if_unmodified_since_ms?: string | number | bigint | undefined;
}

export interface DeleteCondition {
  readonly if_match?: string;
  readonly if_match_size_bytes?: string;
  readonly if_match_last_modified_ms?: string;
  readonly if_unchanged: UnchangedVersion | null;
  readonly if_noncurrent: boolean;
  readonly if_only_version: boolean;
}
export interface DeleteConditionInit {
  readonly if_match?: string | undefined;
  readonly if_match_size_bytes?: string | number | bigint | undefined;
  readonly if_match_last_modified_ms?: string | number | bigint | undefined;
  readonly if_unchanged?: UnchangedVersionInit | undefined;
  readonly if_noncurrent?: boolean | undefined;
  readonly if_only_version?: boolean | undefined;
}

export interface UnchangedVersion {
  readonly version_id: string;
  readonly last_modified_ms: string;
}
export interface UnchangedVersionInit {
  readonly version_id?: string | undefined;
  readonly last_modified_ms?: string | number | bigint | undefined;
}

export interface SharedChunks {
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  readonly chunks: readonly Chunk[];
}
export interface SharedChunksInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly version_id?: string | undefined;
  readonly chunks?: readonly ChunkInit[] | undefined;
}

export interface EventContext {
  readonly event_name: string;
  readonly request_id: string;
  readonly principal_id: string;
  readonly source_ip_address: string;
  readonly user_agent: string;
}
export interface EventContextInit {
  readonly event_name?: string | undefined;
  readonly request_id?: string | undefined;
  readonly principal_id?: string | undefined;
  readonly source_ip_address?: string | undefined;
  readonly user_agent?: string | undefined;
}

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string;
}
export interface ObjectNameInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly version_id?: string | undefined;
}

export interface LookupObjectResponse {
  readonly version: ObjectVersion | null;
}
export interface LookupObjectResponseInit {
  readonly version?: ObjectVersionInit | undefined;
}

export interface CommitObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly version: NewVersion | null;
  readonly condition: WriteCondition | null;
  readonly event: EventContext | null;
  readonly shared: SharedChunks | null;
}
export interface CommitObjectRequestInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly version?: NewVersionInit | undefined;
  readonly condition?: WriteConditionInit | undefined;
  readonly event?: EventContextInit | undefined;
  readonly shared?: SharedChunksInit | undefined;
}

export interface CommittedObject {
  readonly version_id: string;
  readonly last_modified_ms: string;
}
export interface CommittedObjectInit {
  readonly version_id?: string | undefined;
  readonly last_modified_ms?: string | number | bigint | undefined;
}

export interface DeleteObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string;
  readonly condition: DeleteCondition | null;
  readonly event: EventContext | null;
  readonly bypass_governance: boolean;
}
export interface DeleteObjectRequestInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly version_id?: string | undefined;
  readonly condition?: DeleteConditionInit | undefined;
  readonly event?: EventContextInit | undefined;
  readonly bypass_governance?: boolean | undefined;
}

export interface DeletedObject {
  readonly existed: boolean;
  readonly version_id?: string;
  readonly is_delete_marker?: boolean;
}
export interface DeletedObjectInit {
  readonly existed?: boolean | undefined;
  readonly version_id?: string | undefined;
  readonly is_delete_marker?: boolean | undefined;
}

export interface ObjectToDelete {
  readonly key: string;
  readonly version_id?: string;
  readonly condition: DeleteCondition | null;
}
export interface ObjectToDeleteInit {
  readonly key?: string | undefined;
  readonly version_id?: string | undefined;
  readonly condition?: DeleteConditionInit | undefined;
}

export interface DeleteObjectsRequest {
  readonly bucket: string;
  readonly objects: readonly ObjectToDelete[];
  readonly event: EventContext | null;
  readonly bypass_governance: boolean;
}
export interface DeleteObjectsRequestInit {
  readonly bucket?: string | undefined;
  readonly objects?: readonly ObjectToDeleteInit[] | undefined;
  readonly event?: EventContextInit | undefined;
  readonly bypass_governance?: boolean | undefined;
}

export interface DeleteOutcome {
  readonly deleted: DeletedObject | null;
  readonly failure: DeleteFailure | null;
}
export interface DeleteOutcomeInit {
  readonly deleted?: DeletedObjectInit | undefined;
  readonly failure?: DeleteFailureInit | undefined;
}

export interface DeleteFailure {
  readonly code: string;
  readonly message: string;
}
export interface DeleteFailureInit {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export interface DeleteObjectsResponse {
  readonly outcomes: readonly DeleteOutcome[];
}
export interface DeleteObjectsResponseInit {
  readonly outcomes?: readonly DeleteOutcomeInit[] | undefined;
}

export interface ListObjectsRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly start_after: string;
  readonly resume_after_prefix: boolean;
  readonly max_keys: number;
  readonly with_details: boolean;
}
export interface ListObjectsRequestInit {
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly start_after?: string | undefined;
  readonly resume_after_prefix?: boolean | undefined;
  readonly max_keys?: number | undefined;
  readonly with_details?: boolean | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly size_bytes: string;
  readonly etag: string;
  readonly last_modified_ms: string;
  readonly storage_class: string;
  readonly owner_id: string;
  readonly checksum_algorithm?: string;
  readonly checksum_type?: string;
  readonly tags: Tags | null;
  readonly restore: RestoreState | null;
}
export interface ListedObjectInit {
  readonly key?: string | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly etag?: string | undefined;
  readonly last_modified_ms?: string | number | bigint | undefined;
  readonly storage_class?: string | undefined;
  readonly owner_id?: string | undefined;
  readonly checksum_algorithm?: string | undefined;
  readonly checksum_type?: string | undefined;
  readonly tags?: TagsInit | undefined;
  readonly restore?: RestoreStateInit | undefined;
}

export interface ListObjectsResponse {
  readonly objects: readonly ListedObject[];
  readonly common_prefixes: readonly string[];
  readonly is_truncated: boolean;
  readonly next_start_after?: string;
  readonly next_is_prefix?: boolean;
}
export interface ListObjectsResponseInit {
  readonly objects?: readonly ListedObjectInit[] | undefined;
  readonly common_prefixes?: readonly string[] | undefined;
  readonly is_truncated?: boolean | undefined;
  readonly next_start_after?: string | undefined;
  readonly next_is_prefix?: boolean | undefined;
}

export interface ListObjectVersionsRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly key_marker: string;
  readonly version_id_marker: string;
  readonly max_keys: number;
  readonly with_details: boolean;
}
export interface ListObjectVersionsRequestInit {
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly key_marker?: string | undefined;
  readonly version_id_marker?: string | undefined;
  readonly max_keys?: number | undefined;
  readonly with_details?: boolean | undefined;
}

export interface ListedVersion {
  readonly listed: ListedObject | null;
  readonly version_id: string;
  readonly is_latest: boolean;
  readonly is_delete_marker: boolean;
}
export interface ListedVersionInit {
  readonly listed?: ListedObjectInit | undefined;
  readonly version_id?: string | undefined;
  readonly is_latest?: boolean | undefined;
  readonly is_delete_marker?: boolean | undefined;
}

export interface ListObjectVersionsResponse {
  readonly versions: readonly ListedVersion[];
  readonly common_prefixes: readonly string[];
  readonly is_truncated: boolean;
  readonly next_key_marker?: string;
  readonly next_version_id_marker?: string;
}
export interface ListObjectVersionsResponseInit {
  readonly versions?: readonly ListedVersionInit[] | undefined;
  readonly common_prefixes?: readonly string[] | undefined;
  readonly is_truncated?: boolean | undefined;
  readonly next_key_marker?: string | undefined;
  readonly next_version_id_marker?: string | undefined;
}

export interface UpdateVersionRequest {
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string;
  readonly if_match?: string;
  readonly event: EventContext | null;
  readonly tags?: Tags;
  readonly retention?: RetentionChange;
  readonly legal_hold?: LegalHoldChange;
  readonly acl?: AclChange;
  readonly encryption?: EncryptionChange;
  readonly restore?: RestoreChange;
  readonly change?: 'tags' | 'retention' | 'legal_hold' | 'acl' | 'encryption' | 'restore';
}
export interface UpdateVersionRequestInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly version_id?: string | undefined;
  readonly if_match?: string | undefined;
  readonly event?: EventContextInit | undefined;
  readonly tags?: TagsInit | undefined;
  readonly retention?: RetentionChangeInit | undefined;
  readonly legal_hold?: LegalHoldChangeInit | undefined;
  readonly acl?: AclChangeInit | undefined;
  readonly encryption?: EncryptionChangeInit | undefined;
  readonly restore?: RestoreChangeInit | undefined;
}

export interface RetentionChange {
  readonly retention: Retention | null;
  readonly bypass_governance: boolean;
}
export interface RetentionChangeInit {
  readonly retention?: RetentionInit | undefined;
  readonly bypass_governance?: boolean | undefined;
}

export interface Retention {
  readonly mode: string;
  readonly retain_until_ms: string;
}
export interface RetentionInit {
  readonly mode?: string | undefined;
  readonly retain_until_ms?: string | number | bigint | undefined;
}

export interface LegalHoldChange {
  readonly is_on: boolean;
}
export interface LegalHoldChangeInit {
  readonly is_on?: boolean | undefined;
}

export interface AclChange {
  readonly acl?: Buffer;
}
export interface AclChangeInit {
  readonly acl?: Uint8Array | undefined;
}

export interface EncryptionChange {
  readonly former_envelope: Buffer;
  readonly encryption: ObjectEncryption | null;
}
export interface EncryptionChangeInit {
  readonly former_envelope?: Uint8Array | undefined;
  readonly encryption?: ObjectEncryptionInit | undefined;
}

export interface RestoreChange {
  readonly restore: RestoreState | null;
  readonly was_ongoing?: boolean;
}
export interface RestoreChangeInit {
  readonly restore?: RestoreStateInit | undefined;
  readonly was_ongoing?: boolean | undefined;
}

export interface RenameObjectRequest {
  readonly bucket: string;
  readonly source_key: string;
  readonly key: string;
  readonly source_condition: ReadCondition | null;
  readonly condition: WriteCondition | null;
  readonly event: EventContext | null;
  readonly condition_times: ReadCondition | null;
}
export interface RenameObjectRequestInit {
  readonly bucket?: string | undefined;
  readonly source_key?: string | undefined;
  readonly key?: string | undefined;
  readonly source_condition?: ReadConditionInit | undefined;
  readonly condition?: WriteConditionInit | undefined;
  readonly event?: EventContextInit | undefined;
  readonly condition_times?: ReadConditionInit | undefined;
}

export interface CreateUploadRequest {
  readonly bucket: string;
  readonly key: string;
  readonly template: VersionAttributes | null;
  readonly checksum_algorithm?: string;
  readonly checksum_type?: string;
  readonly initiator_id: string;
}
export interface CreateUploadRequestInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly template?: VersionAttributesInit | undefined;
  readonly checksum_algorithm?: string | undefined;
  readonly checksum_type?: string | undefined;
  readonly initiator_id?: string | undefined;
}

export interface Upload {
  readonly upload_id: string;
  readonly key: string;
  readonly initiated_at_ms: string;
  readonly initiator_id: string;
  readonly template: VersionAttributes | null;
  readonly checksum_algorithm?: string;
  readonly checksum_type?: string;
}
export interface UploadInit {
  readonly upload_id?: string | undefined;
  readonly key?: string | undefined;
  readonly initiated_at_ms?: string | number | bigint | undefined;
  readonly initiator_id?: string | undefined;
  readonly template?: VersionAttributesInit | undefined;
  readonly checksum_algorithm?: string | undefined;
  readonly checksum_type?: string | undefined;
}

export interface UploadName {
  readonly bucket: string;
  readonly key: string;
  readonly upload_id: string;
}
export interface UploadNameInit {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly upload_id?: string | undefined;
}

export interface GetUploadResponse {
  readonly upload: Upload | null;
}
export interface GetUploadResponseInit {
  readonly upload?: UploadInit | undefined;
}

export interface PutPartRequest {
  readonly upload: UploadName | null;
  readonly part_number: number;
  readonly size_bytes: string;
  readonly etag: string;
  readonly chunks: readonly Chunk[];
  readonly checksum: PartChecksum | null;
  readonly shared: SharedChunks | null;
}
export interface PutPartRequestInit {
  readonly upload?: UploadNameInit | undefined;
  readonly part_number?: number | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly etag?: string | undefined;
  readonly chunks?: readonly ChunkInit[] | undefined;
  readonly checksum?: PartChecksumInit | undefined;
  readonly shared?: SharedChunksInit | undefined;
}

export interface UploadedPart {
  readonly part_number: number;
  readonly size_bytes: string;
  readonly etag: string;
  readonly last_modified_ms: string;
  readonly checksum: PartChecksum | null;
}
export interface UploadedPartInit {
  readonly part_number?: number | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly etag?: string | undefined;
  readonly last_modified_ms?: string | number | bigint | undefined;
  readonly checksum?: PartChecksumInit | undefined;
}

export interface ListPartsRequest {
  readonly upload: UploadName | null;
  readonly part_number_marker: number;
  readonly max_parts: number;
}
export interface ListPartsRequestInit {
  readonly upload?: UploadNameInit | undefined;
  readonly part_number_marker?: number | undefined;
  readonly max_parts?: number | undefined;
}

export interface ListPartsResponse {
  readonly upload: Upload | null;
  readonly parts: readonly UploadedPart[];
  readonly is_truncated: boolean;
  readonly next_part_number_marker?: number;
}
export interface ListPartsResponseInit {
  readonly upload?: UploadInit | undefined;
  readonly parts?: readonly UploadedPartInit[] | undefined;
  readonly is_truncated?: boolean | undefined;
  readonly next_part_number_marker?: number | undefined;
}

export interface ListUploadsRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly key_marker: string;
  readonly upload_id_marker: string;
  readonly max_uploads: number;
}
export interface ListUploadsRequestInit {
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly key_marker?: string | undefined;
  readonly upload_id_marker?: string | undefined;
  readonly max_uploads?: number | undefined;
}

export interface ListUploadsResponse {
  readonly uploads: readonly Upload[];
  readonly common_prefixes: readonly string[];
  readonly is_truncated: boolean;
  readonly next_key_marker?: string;
  readonly next_upload_id_marker?: string;
}
export interface ListUploadsResponseInit {
  readonly uploads?: readonly UploadInit[] | undefined;
  readonly common_prefixes?: readonly string[] | undefined;
  readonly is_truncated?: boolean | undefined;
  readonly next_key_marker?: string | undefined;
  readonly next_upload_id_marker?: string | undefined;
}

export interface NamedPart {
  readonly part_number: number;
  readonly etag: string;
  readonly checksum?: string;
}
export interface NamedPartInit {
  readonly part_number?: number | undefined;
  readonly etag?: string | undefined;
  readonly checksum?: string | undefined;
}

export interface CompleteUploadRequest {
  readonly upload: UploadName | null;
  readonly parts: readonly NamedPart[];
  readonly expected_size_bytes?: string;
  readonly expected_checksum: Checksum | null;
  readonly condition: WriteCondition | null;
  readonly event: EventContext | null;
  readonly expected_checksum_type?: string;
}
export interface CompleteUploadRequestInit {
  readonly upload?: UploadNameInit | undefined;
  readonly parts?: readonly NamedPartInit[] | undefined;
  readonly expected_size_bytes?: string | number | bigint | undefined;
  readonly expected_checksum?: ChecksumInit | undefined;
  readonly condition?: WriteConditionInit | undefined;
  readonly event?: EventContextInit | undefined;
  readonly expected_checksum_type?: string | undefined;
}

export interface CompletedUpload {
  readonly committed: CommittedObject | null;
  readonly etag: string;
  readonly size_bytes: string;
  readonly checksum: Checksum | null;
  readonly parts: readonly CompletedPart[];
}
export interface CompletedUploadInit {
  readonly committed?: CommittedObjectInit | undefined;
  readonly etag?: string | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly checksum?: ChecksumInit | undefined;
  readonly parts?: readonly CompletedPartInit[] | undefined;
}

export interface ReadOutboxRequest {
  readonly from_seq: string;
  readonly max_rows: number;
  readonly wait_ms: number;
}
export interface ReadOutboxRequestInit {
  readonly from_seq?: string | number | bigint | undefined;
  readonly max_rows?: number | undefined;
  readonly wait_ms?: number | undefined;
}

export interface ReadOutboxResponse {
  readonly rows: readonly OutboxRow[];
  readonly next_seq: string;
}
export interface ReadOutboxResponseInit {
  readonly rows?: readonly OutboxRowInit[] | undefined;
  readonly next_seq?: string | number | bigint | undefined;
}

export interface OutboxRow {
  readonly seq: string;
  readonly at_ms: string;
  readonly bucket: string;
  readonly object?: ObjectChange;
  readonly rules?: RulesChange;
  readonly change?: 'object' | 'rules';
}
export interface OutboxRowInit {
  readonly seq?: string | number | bigint | undefined;
  readonly at_ms?: string | number | bigint | undefined;
  readonly bucket?: string | undefined;
  readonly object?: ObjectChangeInit | undefined;
  readonly rules?: RulesChangeInit | undefined;
}

export interface ObjectChange {
  readonly event: EventContext | null;
  readonly key: string;
  readonly version_id: string;
  readonly size_bytes: string;
  readonly etag: string;
  readonly content_type: string;
  readonly user_metadata: Readonly<Record<string, string>>;
  readonly bucket_owner_id: string;
}
export interface ObjectChangeInit {
  readonly event?: EventContextInit | undefined;
  readonly key?: string | undefined;
  readonly version_id?: string | undefined;
  readonly size_bytes?: string | number | bigint | undefined;
  readonly etag?: string | undefined;
  readonly content_type?: string | undefined;
  readonly user_metadata?: Readonly<Record<string, string>> | undefined;
  readonly bucket_owner_id?: string | undefined;
}

export interface RulesChange {
  readonly configuration?: Buffer;
}
export interface RulesChangeInit {
  readonly configuration?: Uint8Array | undefined;
}

export interface OutboxCursor {
  readonly consumer: string;
  readonly seq: string;
}
export interface OutboxCursorInit {
  readonly consumer?: string | undefined;
  readonly seq?: string | number | bigint | undefined;
}

export interface OutboxConsumer {
  readonly consumer: string;
}
export interface OutboxConsumerInit {
  readonly consumer?: string | undefined;
}

export interface GetOutboxCursorResponse {
  readonly seq?: string;
}
export interface GetOutboxCursorResponseInit {
  readonly seq?: string | number | bigint | undefined;
}

export interface AddGarbageRequest {
  readonly chunks: readonly Chunk[];
}
export interface AddGarbageRequestInit {
  readonly chunks?: readonly ChunkInit[] | undefined;
}

export interface ListGarbageRequest {
  readonly max_entries: number;
  readonly older_than_ms: string;
}
export interface ListGarbageRequestInit {
  readonly max_entries?: number | undefined;
  readonly older_than_ms?: string | number | bigint | undefined;
}

export interface GarbageEntry {
  readonly garbage_id: string;
  readonly since_ms: string;
  readonly chunks: readonly Chunk[];
}
export interface GarbageEntryInit {
  readonly garbage_id?: string | undefined;
  readonly since_ms?: string | number | bigint | undefined;
  readonly chunks?: readonly ChunkInit[] | undefined;
}

export interface ListGarbageResponse {
  readonly entries: readonly GarbageEntry[];
}
export interface ListGarbageResponseInit {
  readonly entries?: readonly GarbageEntryInit[] | undefined;
}

export interface ForgetGarbageRequest {
  readonly garbage_ids: readonly string[];
}
export interface ForgetGarbageRequestInit {
  readonly garbage_ids?: readonly string[] | undefined;
}

export interface AccessKeyId {
  readonly access_key_id: string;
}
export interface AccessKeyIdInit {
  readonly access_key_id?: string | undefined;
}

export interface Identity {
  readonly access_key_id: string;
  readonly secret_access_key: string;
  readonly account_id: string;
  readonly display_name: string;
  readonly actions: readonly string[];
}
export interface IdentityInit {
  readonly access_key_id?: string | undefined;
  readonly secret_access_key?: string | undefined;
  readonly account_id?: string | undefined;
  readonly display_name?: string | undefined;
  readonly actions?: readonly string[] | undefined;
}

export interface GetIdentityResponse {
  readonly identity: Identity | null;
}
export interface GetIdentityResponseInit {
  readonly identity?: IdentityInit | undefined;
}

export interface ListIdentitiesRequest {
  readonly start_after: string;
  readonly max: number;
}
export interface ListIdentitiesRequestInit {
  readonly start_after?: string | undefined;
  readonly max?: number | undefined;
}

export interface ListIdentitiesResponse {
  readonly identities: readonly Identity[];
}
export interface ListIdentitiesResponseInit {
  readonly identities?: readonly IdentityInit[] | undefined;
}

export interface ReadIamRequest {
  readonly name: string;
  readonly question: Buffer;
}
export interface ReadIamRequestInit {
  readonly name?: string | undefined;
  readonly question?: Uint8Array | undefined;
}

export interface IamDocument {
  readonly json: Buffer;
}
export interface IamDocumentInit {
  readonly json?: Uint8Array | undefined;
}
