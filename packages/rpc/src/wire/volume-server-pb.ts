// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { ClientStreamMethod, ServerStreamMethod, UnaryMethod } from '../method-types.ts';
import type { RemoteConf, RemoteConfInit, RemoteStorageLocation, RemoteStorageLocationInit } from './remote-pb.ts';

export interface VolumeServer {
  readonly AllocateVolume: UnaryMethod<
    AllocateVolumeRequestInit,
    AllocateVolumeRequest,
    AllocateVolumeResponseInit,
    AllocateVolumeResponse
  >;
  readonly VolumeMount: UnaryMethod<
    VolumeMountRequestInit,
    VolumeMountRequest,
    VolumeMountResponseInit,
    VolumeMountResponse
  >;
  readonly VolumeUnmount: UnaryMethod<
    VolumeUnmountRequestInit,
    VolumeUnmountRequest,
    VolumeUnmountResponseInit,
    VolumeUnmountResponse
  >;
  readonly VolumeDelete: UnaryMethod<
    VolumeDeleteRequestInit,
    VolumeDeleteRequest,
    VolumeDeleteResponseInit,
    VolumeDeleteResponse
  >;
  readonly DeleteCollection: UnaryMethod<
    DeleteCollectionRequestInit,
    DeleteCollectionRequest,
    DeleteCollectionResponseInit,
    DeleteCollectionResponse
  >;
  readonly VolumeMarkReadonly: UnaryMethod<
    VolumeMarkReadonlyRequestInit,
    VolumeMarkReadonlyRequest,
    VolumeMarkReadonlyResponseInit,
    VolumeMarkReadonlyResponse
  >;
  readonly VolumeMarkWritable: UnaryMethod<
    VolumeMarkWritableRequestInit,
    VolumeMarkWritableRequest,
    VolumeMarkWritableResponseInit,
    VolumeMarkWritableResponse
  >;
  readonly VolumeConfigure: UnaryMethod<
    VolumeConfigureRequestInit,
    VolumeConfigureRequest,
    VolumeConfigureResponseInit,
    VolumeConfigureResponse
  >;
  readonly VolumeConsolidateIndex: UnaryMethod<
    VolumeConsolidateIndexRequestInit,
    VolumeConsolidateIndexRequest,
    VolumeConsolidateIndexResponseInit,
    VolumeConsolidateIndexResponse
  >;
  readonly VolumeStatus: UnaryMethod<
    VolumeStatusRequestInit,
    VolumeStatusRequest,
    VolumeStatusResponseInit,
    VolumeStatusResponse
  >;
  readonly VolumeSyncStatus: UnaryMethod<
    VolumeSyncStatusRequestInit,
    VolumeSyncStatusRequest,
    VolumeSyncStatusResponseInit,
    VolumeSyncStatusResponse
  >;
  readonly ReadVolumeFileStatus: UnaryMethod<
    ReadVolumeFileStatusRequestInit,
    ReadVolumeFileStatusRequest,
    ReadVolumeFileStatusResponseInit,
    ReadVolumeFileStatusResponse
  >;
  readonly BatchDelete: UnaryMethod<
    BatchDeleteRequestInit,
    BatchDeleteRequest,
    BatchDeleteResponseInit,
    BatchDeleteResponse
  >;
  readonly ReadNeedleBlob: UnaryMethod<
    ReadNeedleBlobRequestInit,
    ReadNeedleBlobRequest,
    ReadNeedleBlobResponseInit,
    ReadNeedleBlobResponse
  >;
  readonly ReadNeedleMeta: UnaryMethod<
    ReadNeedleMetaRequestInit,
    ReadNeedleMetaRequest,
    ReadNeedleMetaResponseInit,
    ReadNeedleMetaResponse
  >;
  readonly WriteNeedleBlob: UnaryMethod<
    WriteNeedleBlobRequestInit,
    WriteNeedleBlobRequest,
    WriteNeedleBlobResponseInit,
    WriteNeedleBlobResponse
  >;
  readonly ReadAllNeedles: ServerStreamMethod<
    ReadAllNeedlesRequestInit,
    ReadAllNeedlesRequest,
    ReadAllNeedlesResponseInit,
    ReadAllNeedlesResponse
  >;
  readonly VolumeNeedleStatus: UnaryMethod<
    VolumeNeedleStatusRequestInit,
    VolumeNeedleStatusRequest,
    VolumeNeedleStatusResponseInit,
    VolumeNeedleStatusResponse
  >;
  readonly FetchAndWriteNeedle: UnaryMethod<
    FetchAndWriteNeedleRequestInit,
    FetchAndWriteNeedleRequest,
    FetchAndWriteNeedleResponseInit,
    FetchAndWriteNeedleResponse
  >;
  readonly Query: ServerStreamMethod<QueryRequestInit, QueryRequest, QueriedStripeInit, QueriedStripe>;
  readonly VacuumVolumeCheck: UnaryMethod<
    VacuumVolumeCheckRequestInit,
    VacuumVolumeCheckRequest,
    VacuumVolumeCheckResponseInit,
    VacuumVolumeCheckResponse
  >;
  readonly VacuumVolumeCompact: ServerStreamMethod<
    VacuumVolumeCompactRequestInit,
    VacuumVolumeCompactRequest,
    VacuumVolumeCompactResponseInit,
    VacuumVolumeCompactResponse
  >;
  readonly VacuumVolumeCommit: UnaryMethod<
    VacuumVolumeCommitRequestInit,
    VacuumVolumeCommitRequest,
    VacuumVolumeCommitResponseInit,
    VacuumVolumeCommitResponse
  >;
  readonly VacuumVolumeCleanup: UnaryMethod<
    VacuumVolumeCleanupRequestInit,
    VacuumVolumeCleanupRequest,
    VacuumVolumeCleanupResponseInit,
    VacuumVolumeCleanupResponse
  >;
  readonly VolumeCopy: ServerStreamMethod<
    VolumeCopyRequestInit,
    VolumeCopyRequest,
    VolumeCopyResponseInit,
    VolumeCopyResponse
  >;
  readonly CopyFile: ServerStreamMethod<CopyFileRequestInit, CopyFileRequest, CopyFileResponseInit, CopyFileResponse>;
  readonly ReceiveFile: ClientStreamMethod<
    ReceiveFileRequestInit,
    ReceiveFileRequest,
    ReceiveFileResponseInit,
    ReceiveFileResponse
  >;
  readonly VolumeIncrementalCopy: ServerStreamMethod<
    VolumeIncrementalCopyRequestInit,
    VolumeIncrementalCopyRequest,
    VolumeIncrementalCopyResponseInit,
    VolumeIncrementalCopyResponse
  >;
  readonly VolumeTailSender: ServerStreamMethod<
    VolumeTailSenderRequestInit,
    VolumeTailSenderRequest,
    VolumeTailSenderResponseInit,
    VolumeTailSenderResponse
  >;
  readonly VolumeTailReceiver: UnaryMethod<
    VolumeTailReceiverRequestInit,
    VolumeTailReceiverRequest,
    VolumeTailReceiverResponseInit,
    VolumeTailReceiverResponse
  >;
  readonly VolumeEcShardsGenerate: UnaryMethod<
    VolumeEcShardsGenerateRequestInit,
    VolumeEcShardsGenerateRequest,
    VolumeEcShardsGenerateResponseInit,
    VolumeEcShardsGenerateResponse
  >;
  readonly VolumeEcShardsRebuild: UnaryMethod<
    VolumeEcShardsRebuildRequestInit,
    VolumeEcShardsRebuildRequest,
    VolumeEcShardsRebuildResponseInit,
    VolumeEcShardsRebuildResponse
  >;
  readonly VolumeEcShardsCopy: UnaryMethod<
    VolumeEcShardsCopyRequestInit,
    VolumeEcShardsCopyRequest,
    VolumeEcShardsCopyResponseInit,
    VolumeEcShardsCopyResponse
  >;
  readonly VolumeEcShardsDelete: UnaryMethod<
    VolumeEcShardsDeleteRequestInit,
    VolumeEcShardsDeleteRequest,
    VolumeEcShardsDeleteResponseInit,
    VolumeEcShardsDeleteResponse
  >;
  readonly VolumeEcShardsMount: UnaryMethod<
    VolumeEcShardsMountRequestInit,
    VolumeEcShardsMountRequest,
    VolumeEcShardsMountResponseInit,
    VolumeEcShardsMountResponse
  >;
  readonly VolumeEcShardsUnmount: UnaryMethod<
    VolumeEcShardsUnmountRequestInit,
    VolumeEcShardsUnmountRequest,
    VolumeEcShardsUnmountResponseInit,
    VolumeEcShardsUnmountResponse
  >;
  readonly VolumeEcShardRead: ServerStreamMethod<
    VolumeEcShardReadRequestInit,
    VolumeEcShardReadRequest,
    VolumeEcShardReadResponseInit,
    VolumeEcShardReadResponse
  >;
  readonly VolumeEcBlobDelete: UnaryMethod<
    VolumeEcBlobDeleteRequestInit,
    VolumeEcBlobDeleteRequest,
    VolumeEcBlobDeleteResponseInit,
    VolumeEcBlobDeleteResponse
  >;
  readonly VolumeEcShardsToVolume: UnaryMethod<
    VolumeEcShardsToVolumeRequestInit,
    VolumeEcShardsToVolumeRequest,
    VolumeEcShardsToVolumeResponseInit,
    VolumeEcShardsToVolumeResponse
  >;
  readonly VolumeEcShardsInfo: UnaryMethod<
    VolumeEcShardsInfoRequestInit,
    VolumeEcShardsInfoRequest,
    VolumeEcShardsInfoResponseInit,
    VolumeEcShardsInfoResponse
  >;
  readonly VolumeTierMoveDatToRemote: ServerStreamMethod<
    VolumeTierMoveDatToRemoteRequestInit,
    VolumeTierMoveDatToRemoteRequest,
    VolumeTierMoveDatToRemoteResponseInit,
    VolumeTierMoveDatToRemoteResponse
  >;
  readonly VolumeTierMoveDatFromRemote: ServerStreamMethod<
    VolumeTierMoveDatFromRemoteRequestInit,
    VolumeTierMoveDatFromRemoteRequest,
    VolumeTierMoveDatFromRemoteResponseInit,
    VolumeTierMoveDatFromRemoteResponse
  >;
  readonly ScrubVolume: UnaryMethod<
    ScrubVolumeRequestInit,
    ScrubVolumeRequest,
    ScrubVolumeResponseInit,
    ScrubVolumeResponse
  >;
  readonly ScrubEcVolume: UnaryMethod<
    ScrubEcVolumeRequestInit,
    ScrubEcVolumeRequest,
    ScrubEcVolumeResponseInit,
    ScrubEcVolumeResponse
  >;
  readonly VolumeServerStatus: UnaryMethod<
    VolumeServerStatusRequestInit,
    VolumeServerStatusRequest,
    VolumeServerStatusResponseInit,
    VolumeServerStatusResponse
  >;
  readonly VolumeServerLeave: UnaryMethod<
    VolumeServerLeaveRequestInit,
    VolumeServerLeaveRequest,
    VolumeServerLeaveResponseInit,
    VolumeServerLeaveResponse
  >;
  readonly GetState: UnaryMethod<GetStateRequestInit, GetStateRequest, GetStateResponseInit, GetStateResponse>;
  readonly SetState: UnaryMethod<SetStateRequestInit, SetStateRequest, SetStateResponseInit, SetStateResponse>;
  readonly Ping: UnaryMethod<PingRequestInit, PingRequest, PingResponseInit, PingResponse>;
}

export interface AllocateVolumeRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly preallocate: string;
  readonly replication: string;
  readonly ttl: string;
  readonly memory_map_max_size_mb: number;
  readonly disk_type: string;
  readonly version: number;
}
export interface AllocateVolumeRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly preallocate?: string | number | bigint | undefined;
  readonly replication?: string | undefined;
  readonly ttl?: string | undefined;
  readonly memory_map_max_size_mb?: number | undefined;
  readonly disk_type?: string | undefined;
  readonly version?: number | undefined;
}

export type AllocateVolumeResponse = Record<never, never>;
export type AllocateVolumeResponseInit = Record<never, never>;

export interface VolumeMountRequest {
  readonly volume_id: number;
}
export interface VolumeMountRequestInit {
  readonly volume_id?: number | undefined;
}

export type VolumeMountResponse = Record<never, never>;
export type VolumeMountResponseInit = Record<never, never>;

export interface VolumeUnmountRequest {
  readonly volume_id: number;
}
export interface VolumeUnmountRequestInit {
  readonly volume_id?: number | undefined;
}

export type VolumeUnmountResponse = Record<never, never>;
export type VolumeUnmountResponseInit = Record<never, never>;

export interface VolumeDeleteRequest {
  readonly volume_id: number;
  readonly only_empty: boolean;
  readonly keep_remote_data: boolean;
}
export interface VolumeDeleteRequestInit {
  readonly volume_id?: number | undefined;
  readonly only_empty?: boolean | undefined;
  readonly keep_remote_data?: boolean | undefined;
}

export type VolumeDeleteResponse = Record<never, never>;
export type VolumeDeleteResponseInit = Record<never, never>;

export interface DeleteCollectionRequest {
  readonly collection: string;
}
export interface DeleteCollectionRequestInit {
  readonly collection?: string | undefined;
}

export type DeleteCollectionResponse = Record<never, never>;
export type DeleteCollectionResponseInit = Record<never, never>;

export interface VolumeMarkReadonlyRequest {
  readonly volume_id: number;
  readonly persist: boolean;
  readonly can_delete: boolean;
}
export interface VolumeMarkReadonlyRequestInit {
  readonly volume_id?: number | undefined;
  readonly persist?: boolean | undefined;
  readonly can_delete?: boolean | undefined;
}

export type VolumeMarkReadonlyResponse = Record<never, never>;
export type VolumeMarkReadonlyResponseInit = Record<never, never>;

export interface VolumeMarkWritableRequest {
  readonly volume_id: number;
}
export interface VolumeMarkWritableRequestInit {
  readonly volume_id?: number | undefined;
}

export type VolumeMarkWritableResponse = Record<never, never>;
export type VolumeMarkWritableResponseInit = Record<never, never>;

export interface VolumeConfigureRequest {
  readonly volume_id: number;
  readonly replication: string;
}
export interface VolumeConfigureRequestInit {
  readonly volume_id?: number | undefined;
  readonly replication?: string | undefined;
}

export interface VolumeConfigureResponse {
  readonly error: string;
}
export interface VolumeConfigureResponseInit {
  readonly error?: string | undefined;
}

export interface VolumeConsolidateIndexRequest {
  readonly volume_id: number;
}
export interface VolumeConsolidateIndexRequestInit {
  readonly volume_id?: number | undefined;
}

export type VolumeConsolidateIndexResponse = Record<never, never>;
export type VolumeConsolidateIndexResponseInit = Record<never, never>;

export interface VolumeStatusRequest {
  readonly volume_id: number;
}
export interface VolumeStatusRequestInit {
  readonly volume_id?: number | undefined;
}

export interface VolumeStatusResponse {
  readonly is_read_only: boolean;
  readonly volume_size: string;
  readonly file_count: string;
  readonly file_deleted_count: string;
}
export interface VolumeStatusResponseInit {
  readonly is_read_only?: boolean | undefined;
  readonly volume_size?: string | number | bigint | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly file_deleted_count?: string | number | bigint | undefined;
}

export interface VolumeSyncStatusRequest {
  readonly volume_id: number;
}
export interface VolumeSyncStatusRequestInit {
  readonly volume_id?: number | undefined;
}

export interface VolumeSyncStatusResponse {
  readonly volume_id: number;
  readonly collection: string;
  readonly replication: string;
  readonly ttl: string;
  readonly tail_offset: string;
  readonly compact_revision: number;
  readonly idx_file_size: string;
  readonly version: number;
}
export interface VolumeSyncStatusResponseInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly replication?: string | undefined;
  readonly ttl?: string | undefined;
  readonly tail_offset?: string | number | bigint | undefined;
  readonly compact_revision?: number | undefined;
  readonly idx_file_size?: string | number | bigint | undefined;
  readonly version?: number | undefined;
}

export interface ReadVolumeFileStatusRequest {
  readonly volume_id: number;
}
export interface ReadVolumeFileStatusRequestInit {
  readonly volume_id?: number | undefined;
}

export interface ReadVolumeFileStatusResponse {
  readonly volume_id: number;
  readonly idx_file_timestamp_seconds: string;
  readonly idx_file_size: string;
  readonly dat_file_timestamp_seconds: string;
  readonly dat_file_size: string;
  readonly file_count: string;
  readonly compaction_revision: number;
  readonly collection: string;
  readonly disk_type: string;
  readonly volume_info: VolumeInfo | null;
  readonly version: number;
}
export interface ReadVolumeFileStatusResponseInit {
  readonly volume_id?: number | undefined;
  readonly idx_file_timestamp_seconds?: string | number | bigint | undefined;
  readonly idx_file_size?: string | number | bigint | undefined;
  readonly dat_file_timestamp_seconds?: string | number | bigint | undefined;
  readonly dat_file_size?: string | number | bigint | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly compaction_revision?: number | undefined;
  readonly collection?: string | undefined;
  readonly disk_type?: string | undefined;
  readonly volume_info?: VolumeInfoInit | undefined;
  readonly version?: number | undefined;
}

export interface VolumeInfo {
  readonly files: readonly RemoteFile[];
  readonly version: number;
  readonly replication: string;
  readonly bytes_offset: number;
  readonly dat_file_size: string;
  readonly expire_at_sec: string;
  readonly read_only: boolean;
  readonly ec_shard_config: EcShardConfig | null;
  readonly read_only_can_delete: boolean;
}
export interface VolumeInfoInit {
  readonly files?: readonly RemoteFileInit[] | undefined;
  readonly version?: number | undefined;
  readonly replication?: string | undefined;
  readonly bytes_offset?: number | undefined;
  readonly dat_file_size?: string | number | bigint | undefined;
  readonly expire_at_sec?: string | number | bigint | undefined;
  readonly read_only?: boolean | undefined;
  readonly ec_shard_config?: EcShardConfigInit | undefined;
  readonly read_only_can_delete?: boolean | undefined;
}

export interface RemoteFile {
  readonly backend_type: string;
  readonly backend_id: string;
  readonly key: string;
  readonly offset: string;
  readonly file_size: string;
  readonly modified_time: string;
  readonly extension: string;
}
export interface RemoteFileInit {
  readonly backend_type?: string | undefined;
  readonly backend_id?: string | undefined;
  readonly key?: string | undefined;
  readonly offset?: string | number | bigint | undefined;
  readonly file_size?: string | number | bigint | undefined;
  readonly modified_time?: string | number | bigint | undefined;
  readonly extension?: string | undefined;
}

export interface EcShardConfig {
  readonly data_shards: number;
  readonly parity_shards: number;
  readonly encode_ts_ns: string;
}
export interface EcShardConfigInit {
  readonly data_shards?: number | undefined;
  readonly parity_shards?: number | undefined;
  readonly encode_ts_ns?: string | number | bigint | undefined;
}

export interface BatchDeleteRequest {
  readonly file_ids: readonly string[];
  readonly skip_cookie_check: boolean;
}
export interface BatchDeleteRequestInit {
  readonly file_ids?: readonly string[] | undefined;
  readonly skip_cookie_check?: boolean | undefined;
}

export interface BatchDeleteResponse {
  readonly results: readonly DeleteResult[];
}
export interface BatchDeleteResponseInit {
  readonly results?: readonly DeleteResultInit[] | undefined;
}

export interface DeleteResult {
  readonly file_id: string;
  readonly status: number;
  readonly error: string;
  readonly size: number;
  readonly version: number;
}
export interface DeleteResultInit {
  readonly file_id?: string | undefined;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly size?: number | undefined;
  readonly version?: number | undefined;
}

export interface ReadNeedleBlobRequest {
  readonly volume_id: number;
  readonly offset: string;
  readonly size: number;
}
export interface ReadNeedleBlobRequestInit {
  readonly volume_id?: number | undefined;
  readonly offset?: string | number | bigint | undefined;
  readonly size?: number | undefined;
}

export interface ReadNeedleBlobResponse {
  readonly needle_blob: Buffer;
}
export interface ReadNeedleBlobResponseInit {
  readonly needle_blob?: Uint8Array | undefined;
}

export interface ReadNeedleMetaRequest {
  readonly volume_id: number;
  readonly needle_id: string;
  readonly offset: string;
  readonly size: number;
}
export interface ReadNeedleMetaRequestInit {
  readonly volume_id?: number | undefined;
  readonly needle_id?: string | number | bigint | undefined;
  readonly offset?: string | number | bigint | undefined;
  readonly size?: number | undefined;
}

export interface ReadNeedleMetaResponse {
  readonly cookie: number;
  readonly last_modified: string;
  readonly crc: number;
  readonly ttl: string;
  readonly append_at_ns: string;
}
export interface ReadNeedleMetaResponseInit {
  readonly cookie?: number | undefined;
  readonly last_modified?: string | number | bigint | undefined;
  readonly crc?: number | undefined;
  readonly ttl?: string | undefined;
  readonly append_at_ns?: string | number | bigint | undefined;
}

export interface WriteNeedleBlobRequest {
  readonly volume_id: number;
  readonly needle_id: string;
  readonly size: number;
  readonly needle_blob: Buffer;
}
export interface WriteNeedleBlobRequestInit {
  readonly volume_id?: number | undefined;
  readonly needle_id?: string | number | bigint | undefined;
  readonly size?: number | undefined;
  readonly needle_blob?: Uint8Array | undefined;
}

export type WriteNeedleBlobResponse = Record<never, never>;
export type WriteNeedleBlobResponseInit = Record<never, never>;

export interface ReadAllNeedlesRequest {
  readonly volume_ids: readonly number[];
}
export interface ReadAllNeedlesRequestInit {
  readonly volume_ids?: readonly number[] | undefined;
}

export interface ReadAllNeedlesResponse {
  readonly volume_id: number;
  readonly needle_id: string;
  readonly cookie: number;
  readonly needle_blob: Buffer;
  readonly needle_blob_compressed: boolean;
  readonly last_modified: string;
  readonly crc: number;
  readonly name: Buffer;
  readonly mime: Buffer;
}
export interface ReadAllNeedlesResponseInit {
  readonly volume_id?: number | undefined;
  readonly needle_id?: string | number | bigint | undefined;
  readonly cookie?: number | undefined;
  readonly needle_blob?: Uint8Array | undefined;
  readonly needle_blob_compressed?: boolean | undefined;
  readonly last_modified?: string | number | bigint | undefined;
  readonly crc?: number | undefined;
  readonly name?: Uint8Array | undefined;
  readonly mime?: Uint8Array | undefined;
}

export interface VolumeNeedleStatusRequest {
  readonly volume_id: number;
  readonly needle_id: string;
}
export interface VolumeNeedleStatusRequestInit {
  readonly volume_id?: number | undefined;
  readonly needle_id?: string | number | bigint | undefined;
}

export interface VolumeNeedleStatusResponse {
  readonly needle_id: string;
  readonly cookie: number;
  readonly size: number;
  readonly last_modified: string;
  readonly crc: number;
  readonly ttl: string;
}
export interface VolumeNeedleStatusResponseInit {
  readonly needle_id?: string | number | bigint | undefined;
  readonly cookie?: number | undefined;
  readonly size?: number | undefined;
  readonly last_modified?: string | number | bigint | undefined;
  readonly crc?: number | undefined;
  readonly ttl?: string | undefined;
}

export interface FetchAndWriteNeedleRequest {
  readonly volume_id: number;
  readonly needle_id: string;
  readonly cookie: number;
  readonly offset: string;
  readonly size: string;
  readonly replicas: readonly FetchAndWriteNeedleRequest_Replica[];
  readonly auth: string;
  readonly download_concurrency: number;
  readonly remote_conf: RemoteConf | null;
  readonly remote_location: RemoteStorageLocation | null;
}
export interface FetchAndWriteNeedleRequestInit {
  readonly volume_id?: number | undefined;
  readonly needle_id?: string | number | bigint | undefined;
  readonly cookie?: number | undefined;
  readonly offset?: string | number | bigint | undefined;
  readonly size?: string | number | bigint | undefined;
  readonly replicas?: readonly FetchAndWriteNeedleRequest_ReplicaInit[] | undefined;
  readonly auth?: string | undefined;
  readonly download_concurrency?: number | undefined;
  readonly remote_conf?: RemoteConfInit | undefined;
  readonly remote_location?: RemoteStorageLocationInit | undefined;
}

export interface FetchAndWriteNeedleRequest_Replica {
  readonly url: string;
  readonly public_url: string;
  readonly grpc_port: number;
}
export interface FetchAndWriteNeedleRequest_ReplicaInit {
  readonly url?: string | undefined;
  readonly public_url?: string | undefined;
  readonly grpc_port?: number | undefined;
}

export interface FetchAndWriteNeedleResponse {
  readonly e_tag: string;
}
export interface FetchAndWriteNeedleResponseInit {
  readonly e_tag?: string | undefined;
}

export interface QueryRequest {
  readonly selections: readonly string[];
  readonly from_file_ids: readonly string[];
  readonly filter: QueryRequest_Filter | null;
  readonly input_serialization: QueryRequest_InputSerialization | null;
  readonly output_serialization: QueryRequest_OutputSerialization | null;
}
export interface QueryRequestInit {
  readonly selections?: readonly string[] | undefined;
  readonly from_file_ids?: readonly string[] | undefined;
  readonly filter?: QueryRequest_FilterInit | undefined;
  readonly input_serialization?: QueryRequest_InputSerializationInit | undefined;
  readonly output_serialization?: QueryRequest_OutputSerializationInit | undefined;
}

export interface QueryRequest_Filter {
  readonly field: string;
  readonly operand: string;
  readonly value: string;
}
export interface QueryRequest_FilterInit {
  readonly field?: string | undefined;
  readonly operand?: string | undefined;
  readonly value?: string | undefined;
}

export interface QueryRequest_InputSerialization {
  readonly compression_type: string;
  readonly csv_input: QueryRequest_InputSerialization_CSVInput | null;
  readonly json_input: QueryRequest_InputSerialization_JSONInput | null;
  readonly parquet_input: QueryRequest_InputSerialization_ParquetInput | null;
}
export interface QueryRequest_InputSerializationInit {
  readonly compression_type?: string | undefined;
  readonly csv_input?: QueryRequest_InputSerialization_CSVInputInit | undefined;
  readonly json_input?: QueryRequest_InputSerialization_JSONInputInit | undefined;
  readonly parquet_input?: QueryRequest_InputSerialization_ParquetInputInit | undefined;
}

export interface QueryRequest_InputSerialization_CSVInput {
  readonly file_header_info: string;
  readonly record_delimiter: string;
  readonly field_delimiter: string;
  readonly quote_character: string;
  readonly quote_escape_character: string;
  readonly comments: string;
  readonly allow_quoted_record_delimiter: boolean;
}
export interface QueryRequest_InputSerialization_CSVInputInit {
  readonly file_header_info?: string | undefined;
  readonly record_delimiter?: string | undefined;
  readonly field_delimiter?: string | undefined;
  readonly quote_character?: string | undefined;
  readonly quote_escape_character?: string | undefined;
  readonly comments?: string | undefined;
  readonly allow_quoted_record_delimiter?: boolean | undefined;
}

export interface QueryRequest_InputSerialization_JSONInput {
  readonly type: string;
}
export interface QueryRequest_InputSerialization_JSONInputInit {
  readonly type?: string | undefined;
}

export type QueryRequest_InputSerialization_ParquetInput = Record<never, never>;
export type QueryRequest_InputSerialization_ParquetInputInit = Record<never, never>;

export interface QueryRequest_OutputSerialization {
  readonly csv_output: QueryRequest_OutputSerialization_CSVOutput | null;
  readonly json_output: QueryRequest_OutputSerialization_JSONOutput | null;
}
export interface QueryRequest_OutputSerializationInit {
  readonly csv_output?: QueryRequest_OutputSerialization_CSVOutputInit | undefined;
  readonly json_output?: QueryRequest_OutputSerialization_JSONOutputInit | undefined;
}

export interface QueryRequest_OutputSerialization_CSVOutput {
  readonly quote_fields: string;
  readonly record_delimiter: string;
  readonly field_delimiter: string;
  readonly quote_character: string;
  readonly quote_escape_character: string;
}
export interface QueryRequest_OutputSerialization_CSVOutputInit {
  readonly quote_fields?: string | undefined;
  readonly record_delimiter?: string | undefined;
  readonly field_delimiter?: string | undefined;
  readonly quote_character?: string | undefined;
  readonly quote_escape_character?: string | undefined;
}

export interface QueryRequest_OutputSerialization_JSONOutput {
  readonly record_delimiter: string;
}
export interface QueryRequest_OutputSerialization_JSONOutputInit {
  readonly record_delimiter?: string | undefined;
}

export interface QueriedStripe {
  readonly records: Buffer;
}
export interface QueriedStripeInit {
  readonly records?: Uint8Array | undefined;
}

export interface VacuumVolumeCheckRequest {
  readonly volume_id: number;
}
export interface VacuumVolumeCheckRequestInit {
  readonly volume_id?: number | undefined;
}

export interface VacuumVolumeCheckResponse {
  readonly garbage_ratio: number;
}
export interface VacuumVolumeCheckResponseInit {
  readonly garbage_ratio?: number | undefined;
}

export interface VacuumVolumeCompactRequest {
  readonly volume_id: number;
  readonly preallocate: string;
}
export interface VacuumVolumeCompactRequestInit {
  readonly volume_id?: number | undefined;
  readonly preallocate?: string | number | bigint | undefined;
}

export interface VacuumVolumeCompactResponse {
  readonly processed_bytes: string;
  readonly load_avg_1m: number;
}
export interface VacuumVolumeCompactResponseInit {
  readonly processed_bytes?: string | number | bigint | undefined;
  readonly load_avg_1m?: number | undefined;
}

export interface VacuumVolumeCommitRequest {
  readonly volume_id: number;
}
export interface VacuumVolumeCommitRequestInit {
  readonly volume_id?: number | undefined;
}

export interface VacuumVolumeCommitResponse {
  readonly is_read_only: boolean;
  readonly volume_size: string;
}
export interface VacuumVolumeCommitResponseInit {
  readonly is_read_only?: boolean | undefined;
  readonly volume_size?: string | number | bigint | undefined;
}

export interface VacuumVolumeCleanupRequest {
  readonly volume_id: number;
}
export interface VacuumVolumeCleanupRequestInit {
  readonly volume_id?: number | undefined;
}

export type VacuumVolumeCleanupResponse = Record<never, never>;
export type VacuumVolumeCleanupResponseInit = Record<never, never>;

export interface VolumeCopyRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly replication: string;
  readonly ttl: string;
  readonly source_data_node: string;
  readonly disk_type: string;
  readonly io_byte_per_second: string;
}
export interface VolumeCopyRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly replication?: string | undefined;
  readonly ttl?: string | undefined;
  readonly source_data_node?: string | undefined;
  readonly disk_type?: string | undefined;
  readonly io_byte_per_second?: string | number | bigint | undefined;
}

export interface VolumeCopyResponse {
  readonly last_append_at_ns: string;
  readonly processed_bytes: string;
}
export interface VolumeCopyResponseInit {
  readonly last_append_at_ns?: string | number | bigint | undefined;
  readonly processed_bytes?: string | number | bigint | undefined;
}

export interface CopyFileRequest {
  readonly volume_id: number;
  readonly ext: string;
  readonly compaction_revision: number;
  readonly stop_offset: string;
  readonly collection: string;
  readonly is_ec_volume: boolean;
  readonly ignore_source_file_not_found: boolean;
}
export interface CopyFileRequestInit {
  readonly volume_id?: number | undefined;
  readonly ext?: string | undefined;
  readonly compaction_revision?: number | undefined;
  readonly stop_offset?: string | number | bigint | undefined;
  readonly collection?: string | undefined;
  readonly is_ec_volume?: boolean | undefined;
  readonly ignore_source_file_not_found?: boolean | undefined;
}

export interface CopyFileResponse {
  readonly file_content: Buffer;
  readonly modified_ts_ns: string;
}
export interface CopyFileResponseInit {
  readonly file_content?: Uint8Array | undefined;
  readonly modified_ts_ns?: string | number | bigint | undefined;
}

export interface ReceiveFileRequest {
  readonly info?: ReceiveFileInfo;
  readonly file_content?: Buffer;
  readonly data?: 'info' | 'file_content';
}
export interface ReceiveFileRequestInit {
  readonly info?: ReceiveFileInfoInit | undefined;
  readonly file_content?: Uint8Array | undefined;
}

export interface ReceiveFileInfo {
  readonly volume_id: number;
  readonly ext: string;
  readonly collection: string;
  readonly is_ec_volume: boolean;
  readonly shard_id: number;
  readonly file_size: string;
  readonly disk_id: number;
  readonly disk_type: string;
}
export interface ReceiveFileInfoInit {
  readonly volume_id?: number | undefined;
  readonly ext?: string | undefined;
  readonly collection?: string | undefined;
  readonly is_ec_volume?: boolean | undefined;
  readonly shard_id?: number | undefined;
  readonly file_size?: string | number | bigint | undefined;
  readonly disk_id?: number | undefined;
  readonly disk_type?: string | undefined;
}

export interface ReceiveFileResponse {
  readonly bytes_written: string;
  readonly error: string;
}
export interface ReceiveFileResponseInit {
  readonly bytes_written?: string | number | bigint | undefined;
  readonly error?: string | undefined;
}

export interface VolumeIncrementalCopyRequest {
  readonly volume_id: number;
  readonly since_ns: string;
}
export interface VolumeIncrementalCopyRequestInit {
  readonly volume_id?: number | undefined;
  readonly since_ns?: string | number | bigint | undefined;
}

export interface VolumeIncrementalCopyResponse {
  readonly file_content: Buffer;
}
export interface VolumeIncrementalCopyResponseInit {
  readonly file_content?: Uint8Array | undefined;
}

export interface VolumeTailSenderRequest {
  readonly volume_id: number;
  readonly since_ns: string;
  readonly idle_timeout_seconds: number;
}
export interface VolumeTailSenderRequestInit {
  readonly volume_id?: number | undefined;
  readonly since_ns?: string | number | bigint | undefined;
  readonly idle_timeout_seconds?: number | undefined;
}

export interface VolumeTailSenderResponse {
  readonly needle_header: Buffer;
  readonly needle_body: Buffer;
  readonly is_last_chunk: boolean;
  readonly version: number;
}
export interface VolumeTailSenderResponseInit {
  readonly needle_header?: Uint8Array | undefined;
  readonly needle_body?: Uint8Array | undefined;
  readonly is_last_chunk?: boolean | undefined;
  readonly version?: number | undefined;
}

export interface VolumeTailReceiverRequest {
  readonly volume_id: number;
  readonly since_ns: string;
  readonly idle_timeout_seconds: number;
  readonly source_volume_server: string;
}
export interface VolumeTailReceiverRequestInit {
  readonly volume_id?: number | undefined;
  readonly since_ns?: string | number | bigint | undefined;
  readonly idle_timeout_seconds?: number | undefined;
  readonly source_volume_server?: string | undefined;
}

export type VolumeTailReceiverResponse = Record<never, never>;
export type VolumeTailReceiverResponseInit = Record<never, never>;

export interface VolumeEcShardsGenerateRequest {
  readonly volume_id: number;
  readonly collection: string;
}
export interface VolumeEcShardsGenerateRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
}

export type VolumeEcShardsGenerateResponse = Record<never, never>;
export type VolumeEcShardsGenerateResponseInit = Record<never, never>;

export interface VolumeEcShardsRebuildRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly unsafe_ignore_sidecar: boolean;
}
export interface VolumeEcShardsRebuildRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly unsafe_ignore_sidecar?: boolean | undefined;
}

export interface VolumeEcShardsRebuildResponse {
  readonly rebuilt_shard_ids: readonly number[];
}
export interface VolumeEcShardsRebuildResponseInit {
  readonly rebuilt_shard_ids?: readonly number[] | undefined;
}

export interface VolumeEcShardsCopyRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly shard_ids: readonly number[];
  readonly copy_ecx_file: boolean;
  readonly source_data_node: string;
  readonly copy_ecj_file: boolean;
  readonly copy_vif_file: boolean;
  readonly disk_id: number;
  readonly copy_ecsum_file: boolean;
  readonly io_byte_per_second: string;
}
export interface VolumeEcShardsCopyRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly shard_ids?: readonly number[] | undefined;
  readonly copy_ecx_file?: boolean | undefined;
  readonly source_data_node?: string | undefined;
  readonly copy_ecj_file?: boolean | undefined;
  readonly copy_vif_file?: boolean | undefined;
  readonly disk_id?: number | undefined;
  readonly copy_ecsum_file?: boolean | undefined;
  readonly io_byte_per_second?: string | number | bigint | undefined;
}

export type VolumeEcShardsCopyResponse = Record<never, never>;
export type VolumeEcShardsCopyResponseInit = Record<never, never>;

export interface VolumeEcShardsDeleteRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly shard_ids: readonly number[];
  readonly full_teardown: boolean;
  readonly encode_ts_ns: string;
}
export interface VolumeEcShardsDeleteRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly shard_ids?: readonly number[] | undefined;
  readonly full_teardown?: boolean | undefined;
  readonly encode_ts_ns?: string | number | bigint | undefined;
}

export interface VolumeEcShardsDeleteResponse {
  readonly full_teardown_done: boolean;
}
export interface VolumeEcShardsDeleteResponseInit {
  readonly full_teardown_done?: boolean | undefined;
}

export interface VolumeEcShardsMountRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly shard_ids: readonly number[];
  readonly source_disk_type: string;
  readonly recover_missing_index: boolean;
}
export interface VolumeEcShardsMountRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly shard_ids?: readonly number[] | undefined;
  readonly source_disk_type?: string | undefined;
  readonly recover_missing_index?: boolean | undefined;
}

export type VolumeEcShardsMountResponse = Record<never, never>;
export type VolumeEcShardsMountResponseInit = Record<never, never>;

export interface VolumeEcShardsUnmountRequest {
  readonly volume_id: number;
  readonly shard_ids: readonly number[];
  readonly encode_ts_ns: string;
}
export interface VolumeEcShardsUnmountRequestInit {
  readonly volume_id?: number | undefined;
  readonly shard_ids?: readonly number[] | undefined;
  readonly encode_ts_ns?: string | number | bigint | undefined;
}

export type VolumeEcShardsUnmountResponse = Record<never, never>;
export type VolumeEcShardsUnmountResponseInit = Record<never, never>;

export interface VolumeEcShardReadRequest {
  readonly volume_id: number;
  readonly shard_id: number;
  readonly offset: string;
  readonly size: string;
  readonly file_key: string;
  readonly encode_ts_ns: string;
}
export interface VolumeEcShardReadRequestInit {
  readonly volume_id?: number | undefined;
  readonly shard_id?: number | undefined;
  readonly offset?: string | number | bigint | undefined;
  readonly size?: string | number | bigint | undefined;
  readonly file_key?: string | number | bigint | undefined;
  readonly encode_ts_ns?: string | number | bigint | undefined;
}

export interface VolumeEcShardReadResponse {
  readonly data: Buffer;
  readonly is_deleted: boolean;
  readonly encode_ts_ns: string;
}
export interface VolumeEcShardReadResponseInit {
  readonly data?: Uint8Array | undefined;
  readonly is_deleted?: boolean | undefined;
  readonly encode_ts_ns?: string | number | bigint | undefined;
}

export interface VolumeEcBlobDeleteRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly file_key: string;
  readonly version: number;
}
export interface VolumeEcBlobDeleteRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly file_key?: string | number | bigint | undefined;
  readonly version?: number | undefined;
}

export type VolumeEcBlobDeleteResponse = Record<never, never>;
export type VolumeEcBlobDeleteResponseInit = Record<never, never>;

export interface VolumeEcShardsToVolumeRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly from_staged: boolean;
  readonly disk_type: string;
}
export interface VolumeEcShardsToVolumeRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly from_staged?: boolean | undefined;
  readonly disk_type?: string | undefined;
}

export type VolumeEcShardsToVolumeResponse = Record<never, never>;
export type VolumeEcShardsToVolumeResponseInit = Record<never, never>;

export interface VolumeEcShardsInfoRequest {
  readonly volume_id: number;
}
export interface VolumeEcShardsInfoRequestInit {
  readonly volume_id?: number | undefined;
}

export interface VolumeEcShardsInfoResponse {
  readonly ec_shard_infos: readonly EcShardInfo[];
  readonly volume_size: string;
  readonly file_count: string;
  readonly file_deleted_count: string;
}
export interface VolumeEcShardsInfoResponseInit {
  readonly ec_shard_infos?: readonly EcShardInfoInit[] | undefined;
  readonly volume_size?: string | number | bigint | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly file_deleted_count?: string | number | bigint | undefined;
}

export interface EcShardInfo {
  readonly shard_id: number;
  readonly size: string;
  readonly collection: string;
  readonly volume_id: number;
}
export interface EcShardInfoInit {
  readonly shard_id?: number | undefined;
  readonly size?: string | number | bigint | undefined;
  readonly collection?: string | undefined;
  readonly volume_id?: number | undefined;
}

export interface VolumeTierMoveDatToRemoteRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly destination_backend_name: string;
  readonly keep_local_dat_file: boolean;
}
export interface VolumeTierMoveDatToRemoteRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly destination_backend_name?: string | undefined;
  readonly keep_local_dat_file?: boolean | undefined;
}

export interface VolumeTierMoveDatToRemoteResponse {
  readonly processed: string;
  readonly processedPercentage: number;
}
export interface VolumeTierMoveDatToRemoteResponseInit {
  readonly processed?: string | number | bigint | undefined;
  readonly processedPercentage?: number | undefined;
}

export interface VolumeTierMoveDatFromRemoteRequest {
  readonly volume_id: number;
  readonly collection: string;
  readonly keep_remote_dat_file: boolean;
}
export interface VolumeTierMoveDatFromRemoteRequestInit {
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly keep_remote_dat_file?: boolean | undefined;
}

export interface VolumeTierMoveDatFromRemoteResponse {
  readonly processed: string;
  readonly processedPercentage: number;
}
export interface VolumeTierMoveDatFromRemoteResponseInit {
  readonly processed?: string | number | bigint | undefined;
  readonly processedPercentage?: number | undefined;
}

export interface ScrubVolumeRequest {
  readonly mode: VolumeScrubMode;
  readonly volume_ids: readonly number[];
  readonly mark_broken_volumes_readonly: boolean;
}
export interface ScrubVolumeRequestInit {
  readonly mode?: VolumeScrubMode | undefined;
  readonly volume_ids?: readonly number[] | undefined;
  readonly mark_broken_volumes_readonly?: boolean | undefined;
}

export type VolumeScrubMode = 'UNKNOWN' | 'INDEX' | 'FULL' | 'LOCAL' | 'CHECKSUM';

export interface ScrubVolumeResponse {
  readonly total_volumes: string;
  readonly total_files: string;
  readonly broken_volume_ids: readonly number[];
  readonly details: readonly string[];
}
export interface ScrubVolumeResponseInit {
  readonly total_volumes?: string | number | bigint | undefined;
  readonly total_files?: string | number | bigint | undefined;
  readonly broken_volume_ids?: readonly number[] | undefined;
  readonly details?: readonly string[] | undefined;
}

export interface ScrubEcVolumeRequest {
  readonly mode: VolumeScrubMode;
  readonly volume_ids: readonly number[];
  readonly force_deleted_needles_check: boolean;
}
export interface ScrubEcVolumeRequestInit {
  readonly mode?: VolumeScrubMode | undefined;
  readonly volume_ids?: readonly number[] | undefined;
  readonly force_deleted_needles_check?: boolean | undefined;
}

export interface ScrubEcVolumeResponse {
  readonly total_volumes: string;
  readonly total_files: string;
  readonly broken_volume_ids: readonly number[];
  readonly broken_shard_infos: readonly EcShardInfo[];
  readonly details: readonly string[];
}
export interface ScrubEcVolumeResponseInit {
  readonly total_volumes?: string | number | bigint | undefined;
  readonly total_files?: string | number | bigint | undefined;
  readonly broken_volume_ids?: readonly number[] | undefined;
  readonly broken_shard_infos?: readonly EcShardInfoInit[] | undefined;
  readonly details?: readonly string[] | undefined;
}

export type VolumeServerStatusRequest = Record<never, never>;
export type VolumeServerStatusRequestInit = Record<never, never>;

export interface VolumeServerStatusResponse {
  readonly disk_statuses: readonly DiskStatus[];
  readonly memory_status: MemStatus | null;
  readonly version: string;
  readonly data_center: string;
  readonly rack: string;
  readonly state: VolumeServerState | null;
}
export interface VolumeServerStatusResponseInit {
  readonly disk_statuses?: readonly DiskStatusInit[] | undefined;
  readonly memory_status?: MemStatusInit | undefined;
  readonly version?: string | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
  readonly state?: VolumeServerStateInit | undefined;
}

export interface DiskStatus {
  readonly dir: string;
  readonly all: string;
  readonly used: string;
  readonly free: string;
  readonly percent_free: number;
  readonly percent_used: number;
  readonly disk_type: string;
  readonly error: string;
}
export interface DiskStatusInit {
  readonly dir?: string | undefined;
  readonly all?: string | number | bigint | undefined;
  readonly used?: string | number | bigint | undefined;
  readonly free?: string | number | bigint | undefined;
  readonly percent_free?: number | undefined;
  readonly percent_used?: number | undefined;
  readonly disk_type?: string | undefined;
  readonly error?: string | undefined;
}

export interface MemStatus {
  readonly goroutines: number;
  readonly all: string;
  readonly used: string;
  readonly free: string;
  readonly self: string;
  readonly heap: string;
  readonly stack: string;
}
export interface MemStatusInit {
  readonly goroutines?: number | undefined;
  readonly all?: string | number | bigint | undefined;
  readonly used?: string | number | bigint | undefined;
  readonly free?: string | number | bigint | undefined;
  readonly self?: string | number | bigint | undefined;
  readonly heap?: string | number | bigint | undefined;
  readonly stack?: string | number | bigint | undefined;
}

export interface VolumeServerState {
  readonly maintenance: boolean;
  readonly version: number;
}
export interface VolumeServerStateInit {
  readonly maintenance?: boolean | undefined;
  readonly version?: number | undefined;
}

export type VolumeServerLeaveRequest = Record<never, never>;
export type VolumeServerLeaveRequestInit = Record<never, never>;

export type VolumeServerLeaveResponse = Record<never, never>;
export type VolumeServerLeaveResponseInit = Record<never, never>;

export type GetStateRequest = Record<never, never>;
export type GetStateRequestInit = Record<never, never>;

export interface GetStateResponse {
  readonly state: VolumeServerState | null;
}
export interface GetStateResponseInit {
  readonly state?: VolumeServerStateInit | undefined;
}

export interface SetStateRequest {
  readonly state: VolumeServerState | null;
}
export interface SetStateRequestInit {
  readonly state?: VolumeServerStateInit | undefined;
}

export interface SetStateResponse {
  readonly state: VolumeServerState | null;
}
export interface SetStateResponseInit {
  readonly state?: VolumeServerStateInit | undefined;
}

export interface PingRequest {
  readonly target: string;
  readonly target_type: string;
}
export interface PingRequestInit {
  readonly target?: string | undefined;
  readonly target_type?: string | undefined;
}

export interface PingResponse {
  readonly start_time_ns: string;
  readonly remote_time_ns: string;
  readonly stop_time_ns: string;
}
export interface PingResponseInit {
  readonly start_time_ns?: string | number | bigint | undefined;
  readonly remote_time_ns?: string | number | bigint | undefined;
  readonly stop_time_ns?: string | number | bigint | undefined;
}

export interface OldVersionVolumeInfo {
  readonly files: readonly RemoteFile[];
  readonly version: number;
  readonly replication: string;
  readonly BytesOffset: number;
  readonly dat_file_size: string;
  readonly DestroyTime: string;
  readonly read_only: boolean;
}
export interface OldVersionVolumeInfoInit {
  readonly files?: readonly RemoteFileInit[] | undefined;
  readonly version?: number | undefined;
  readonly replication?: string | undefined;
  readonly BytesOffset?: number | undefined;
  readonly dat_file_size?: string | number | bigint | undefined;
  readonly DestroyTime?: string | number | bigint | undefined;
  readonly read_only?: boolean | undefined;
}

export interface EcBitrotProtection {
  readonly algorithm: ChecksumAlgorithm;
  readonly block_size: number;
  readonly generation: number;
  readonly ec_shard_config: EcShardConfig | null;
  readonly shards: readonly EcShardChecksums[];
  readonly encode_uuid: Buffer;
}
export interface EcBitrotProtectionInit {
  readonly algorithm?: ChecksumAlgorithm | undefined;
  readonly block_size?: number | undefined;
  readonly generation?: number | undefined;
  readonly ec_shard_config?: EcShardConfigInit | undefined;
  readonly shards?: readonly EcShardChecksumsInit[] | undefined;
  readonly encode_uuid?: Uint8Array | undefined;
}

export type ChecksumAlgorithm = 'CHECKSUM_NONE' | 'CHECKSUM_CRC32C';

export interface EcShardChecksums {
  readonly shard_id: number;
  readonly covered_size: string;
  readonly block_crc32c: Buffer;
}
export interface EcShardChecksumsInit {
  readonly shard_id?: number | undefined;
  readonly covered_size?: string | number | bigint | undefined;
  readonly block_crc32c?: Uint8Array | undefined;
}

export type Empty = Record<never, never>;
export type EmptyInit = Record<never, never>;
