// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { BidiMethod, ServerStreamMethod, UnaryMethod } from '../method-types.ts';
import type { VolumeServerState, VolumeServerStateInit } from './volume-server-pb.ts';

export interface Seaweed {
  readonly SendHeartbeat: BidiMethod<HeartbeatInit, Heartbeat, HeartbeatResponseInit, HeartbeatResponse>;
  readonly KeepConnected: BidiMethod<
    KeepConnectedRequestInit,
    KeepConnectedRequest,
    KeepConnectedResponseInit,
    KeepConnectedResponse
  >;
  readonly ListClusterNodes: UnaryMethod<
    ListClusterNodesRequestInit,
    ListClusterNodesRequest,
    ListClusterNodesResponseInit,
    ListClusterNodesResponse
  >;
  readonly Ping: UnaryMethod<PingRequestInit, PingRequest, PingResponseInit, PingResponse>;
  readonly Assign: UnaryMethod<AssignRequestInit, AssignRequest, AssignResponseInit, AssignResponse>;
  readonly StreamAssign: BidiMethod<AssignRequestInit, AssignRequest, AssignResponseInit, AssignResponse>;
  readonly LookupVolume: UnaryMethod<
    LookupVolumeRequestInit,
    LookupVolumeRequest,
    LookupVolumeResponseInit,
    LookupVolumeResponse
  >;
  readonly LookupEcVolume: UnaryMethod<
    LookupEcVolumeRequestInit,
    LookupEcVolumeRequest,
    LookupEcVolumeResponseInit,
    LookupEcVolumeResponse
  >;
  readonly VolumeList: UnaryMethod<
    VolumeListRequestInit,
    VolumeListRequest,
    VolumeListResponseInit,
    VolumeListResponse
  >;
  readonly VolumeListStream: ServerStreamMethod<
    VolumeListRequestInit,
    VolumeListRequest,
    VolumeListStreamResponseInit,
    VolumeListStreamResponse
  >;
  readonly Statistics: UnaryMethod<
    StatisticsRequestInit,
    StatisticsRequest,
    StatisticsResponseInit,
    StatisticsResponse
  >;
  readonly CollectionList: UnaryMethod<
    CollectionListRequestInit,
    CollectionListRequest,
    CollectionListResponseInit,
    CollectionListResponse
  >;
  readonly CollectionDelete: UnaryMethod<
    CollectionDeleteRequestInit,
    CollectionDeleteRequest,
    CollectionDeleteResponseInit,
    CollectionDeleteResponse
  >;
  readonly CollectionStatistics: UnaryMethod<
    CollectionStatisticsRequestInit,
    CollectionStatisticsRequest,
    CollectionStatisticsResponseInit,
    CollectionStatisticsResponse
  >;
  readonly GetMasterConfiguration: UnaryMethod<
    GetMasterConfigurationRequestInit,
    GetMasterConfigurationRequest,
    GetMasterConfigurationResponseInit,
    GetMasterConfigurationResponse
  >;
  readonly VolumeGrow: UnaryMethod<
    VolumeGrowRequestInit,
    VolumeGrowRequest,
    VolumeGrowResponseInit,
    VolumeGrowResponse
  >;
  readonly VolumeMarkReadonly: UnaryMethod<
    VolumeMarkReadonlyRequestInit,
    VolumeMarkReadonlyRequest,
    VolumeMarkReadonlyResponseInit,
    VolumeMarkReadonlyResponse
  >;
  readonly VacuumVolume: UnaryMethod<
    VacuumVolumeRequestInit,
    VacuumVolumeRequest,
    VacuumVolumeResponseInit,
    VacuumVolumeResponse
  >;
  readonly DisableVacuum: UnaryMethod<
    DisableVacuumRequestInit,
    DisableVacuumRequest,
    DisableVacuumResponseInit,
    DisableVacuumResponse
  >;
  readonly EnableVacuum: UnaryMethod<
    EnableVacuumRequestInit,
    EnableVacuumRequest,
    EnableVacuumResponseInit,
    EnableVacuumResponse
  >;
  readonly LeaseAdminToken: UnaryMethod<
    LeaseAdminTokenRequestInit,
    LeaseAdminTokenRequest,
    LeaseAdminTokenResponseInit,
    LeaseAdminTokenResponse
  >;
  readonly ReleaseAdminToken: UnaryMethod<
    ReleaseAdminTokenRequestInit,
    ReleaseAdminTokenRequest,
    ReleaseAdminTokenResponseInit,
    ReleaseAdminTokenResponse
  >;
  readonly GetAdminLockStatus: UnaryMethod<
    GetAdminLockStatusRequestInit,
    GetAdminLockStatusRequest,
    GetAdminLockStatusResponseInit,
    GetAdminLockStatusResponse
  >;
  readonly RaftListClusterServers: UnaryMethod<
    RaftListClusterServersRequestInit,
    RaftListClusterServersRequest,
    RaftListClusterServersResponseInit,
    RaftListClusterServersResponse
  >;
  readonly RaftAddServer: UnaryMethod<
    RaftAddServerRequestInit,
    RaftAddServerRequest,
    RaftAddServerResponseInit,
    RaftAddServerResponse
  >;
  readonly RaftRemoveServer: UnaryMethod<
    RaftRemoveServerRequestInit,
    RaftRemoveServerRequest,
    RaftRemoveServerResponseInit,
    RaftRemoveServerResponse
  >;
  readonly RaftLeadershipTransfer: UnaryMethod<
    RaftLeadershipTransferRequestInit,
    RaftLeadershipTransferRequest,
    RaftLeadershipTransferResponseInit,
    RaftLeadershipTransferResponse
  >;
}

export interface Heartbeat {
  readonly ip: string;
  readonly port: number;
  readonly public_url: string;
  readonly max_volume_counts: Readonly<Record<string, number>>;
  readonly max_file_key: string;
  readonly data_center: string;
  readonly rack: string;
  readonly admin_port: number;
  readonly volumes: readonly VolumeInformationMessage[];
  readonly new_volumes: readonly VolumeShortInformationMessage[];
  readonly deleted_volumes: readonly VolumeShortInformationMessage[];
  readonly has_no_volumes: boolean;
  readonly ec_shards: readonly VolumeEcShardInformationMessage[];
  readonly new_ec_shards: readonly VolumeEcShardInformationMessage[];
  readonly deleted_ec_shards: readonly VolumeEcShardInformationMessage[];
  readonly has_no_ec_shards: boolean;
  readonly grpc_port: number;
  readonly location_uuids: readonly string[];
  readonly id: string;
  readonly state: VolumeServerState | null;
  readonly disk_tags: readonly DiskTag[];
  readonly disk_total_bytes: Readonly<Record<string, string>>;
  readonly disk_free_bytes: Readonly<Record<string, string>>;
  readonly volume_digest?: string;
  readonly changed_volumes: readonly VolumeInformationMessage[];
}
export interface HeartbeatInit {
  readonly ip?: string | undefined;
  readonly port?: number | undefined;
  readonly public_url?: string | undefined;
  readonly max_volume_counts?: Readonly<Record<string, number>> | undefined;
  readonly max_file_key?: string | number | bigint | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
  readonly admin_port?: number | undefined;
  readonly volumes?: readonly VolumeInformationMessageInit[] | undefined;
  readonly new_volumes?: readonly VolumeShortInformationMessageInit[] | undefined;
  readonly deleted_volumes?: readonly VolumeShortInformationMessageInit[] | undefined;
  readonly has_no_volumes?: boolean | undefined;
  readonly ec_shards?: readonly VolumeEcShardInformationMessageInit[] | undefined;
  readonly new_ec_shards?: readonly VolumeEcShardInformationMessageInit[] | undefined;
  readonly deleted_ec_shards?: readonly VolumeEcShardInformationMessageInit[] | undefined;
  readonly has_no_ec_shards?: boolean | undefined;
  readonly grpc_port?: number | undefined;
  readonly location_uuids?: readonly string[] | undefined;
  readonly id?: string | undefined;
  readonly state?: VolumeServerStateInit | undefined;
  readonly disk_tags?: readonly DiskTagInit[] | undefined;
  readonly disk_total_bytes?: Readonly<Record<string, string | number | bigint>> | undefined;
  readonly disk_free_bytes?: Readonly<Record<string, string | number | bigint>> | undefined;
  readonly volume_digest?: string | number | bigint | undefined;
  readonly changed_volumes?: readonly VolumeInformationMessageInit[] | undefined;
}

export interface VolumeInformationMessage {
  readonly id: number;
  readonly size: string;
  readonly collection: string;
  readonly file_count: string;
  readonly delete_count: string;
  readonly deleted_byte_count: string;
  readonly read_only: boolean;
  readonly replica_placement: number;
  readonly version: number;
  readonly ttl: number;
  readonly compact_revision: number;
  readonly modified_at_second: string;
  readonly remote_storage_name: string;
  readonly remote_storage_key: string;
  readonly disk_type: string;
  readonly disk_id: number;
}
export interface VolumeInformationMessageInit {
  readonly id?: number | undefined;
  readonly size?: string | number | bigint | undefined;
  readonly collection?: string | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly delete_count?: string | number | bigint | undefined;
  readonly deleted_byte_count?: string | number | bigint | undefined;
  readonly read_only?: boolean | undefined;
  readonly replica_placement?: number | undefined;
  readonly version?: number | undefined;
  readonly ttl?: number | undefined;
  readonly compact_revision?: number | undefined;
  readonly modified_at_second?: string | number | bigint | undefined;
  readonly remote_storage_name?: string | undefined;
  readonly remote_storage_key?: string | undefined;
  readonly disk_type?: string | undefined;
  readonly disk_id?: number | undefined;
}

export interface VolumeShortInformationMessage {
  readonly id: number;
  readonly collection: string;
  readonly replica_placement: number;
  readonly version: number;
  readonly ttl: number;
  readonly disk_type: string;
  readonly disk_id: number;
}
export interface VolumeShortInformationMessageInit {
  readonly id?: number | undefined;
  readonly collection?: string | undefined;
  readonly replica_placement?: number | undefined;
  readonly version?: number | undefined;
  readonly ttl?: number | undefined;
  readonly disk_type?: string | undefined;
  readonly disk_id?: number | undefined;
}

export interface VolumeEcShardInformationMessage {
  readonly id: number;
  readonly collection: string;
  readonly ec_index_bits: number;
  readonly disk_type: string;
  readonly expire_at_sec: string;
  readonly disk_id: number;
  readonly shard_sizes: readonly string[];
  readonly file_count: string;
  readonly delete_count: string;
  readonly encode_ts_ns: string;
}
export interface VolumeEcShardInformationMessageInit {
  readonly id?: number | undefined;
  readonly collection?: string | undefined;
  readonly ec_index_bits?: number | undefined;
  readonly disk_type?: string | undefined;
  readonly expire_at_sec?: string | number | bigint | undefined;
  readonly disk_id?: number | undefined;
  readonly shard_sizes?: readonly (string | number | bigint)[] | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly delete_count?: string | number | bigint | undefined;
  readonly encode_ts_ns?: string | number | bigint | undefined;
}

export interface DiskTag {
  readonly disk_id: number;
  readonly tags: readonly string[];
  readonly type: string;
  readonly max_volume_count: string;
}
export interface DiskTagInit {
  readonly disk_id?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly max_volume_count?: string | number | bigint | undefined;
}

export interface HeartbeatResponse {
  readonly volume_size_limit: string;
  readonly leader: string;
  readonly metrics_address: string;
  readonly metrics_interval_seconds: number;
  readonly storage_backends: readonly StorageBackend[];
  readonly duplicated_uuids: readonly string[];
  readonly preallocate: boolean;
  readonly resend_full_volume_list: boolean;
  readonly volume_digest_supported: boolean;
}
export interface HeartbeatResponseInit {
  readonly volume_size_limit?: string | number | bigint | undefined;
  readonly leader?: string | undefined;
  readonly metrics_address?: string | undefined;
  readonly metrics_interval_seconds?: number | undefined;
  readonly storage_backends?: readonly StorageBackendInit[] | undefined;
  readonly duplicated_uuids?: readonly string[] | undefined;
  readonly preallocate?: boolean | undefined;
  readonly resend_full_volume_list?: boolean | undefined;
  readonly volume_digest_supported?: boolean | undefined;
}

export interface StorageBackend {
  readonly type: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}
export interface StorageBackendInit {
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

export interface KeepConnectedRequest {
  readonly client_type: string;
  readonly client_address: string;
  readonly version: string;
  readonly filer_group: string;
  readonly data_center: string;
  readonly rack: string;
}
export interface KeepConnectedRequestInit {
  readonly client_type?: string | undefined;
  readonly client_address?: string | undefined;
  readonly version?: string | undefined;
  readonly filer_group?: string | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
}

export interface KeepConnectedResponse {
  readonly volume_location: VolumeLocation | null;
  readonly cluster_node_update: ClusterNodeUpdate | null;
  readonly lock_ring_update: LockRingUpdate | null;
}
export interface KeepConnectedResponseInit {
  readonly volume_location?: VolumeLocationInit | undefined;
  readonly cluster_node_update?: ClusterNodeUpdateInit | undefined;
  readonly lock_ring_update?: LockRingUpdateInit | undefined;
}

export interface VolumeLocation {
  readonly url: string;
  readonly public_url: string;
  readonly new_vids: readonly number[];
  readonly deleted_vids: readonly number[];
  readonly leader: string;
  readonly data_center: string;
  readonly grpc_port: number;
  readonly new_ec_vids: readonly number[];
  readonly deleted_ec_vids: readonly number[];
}
export interface VolumeLocationInit {
  readonly url?: string | undefined;
  readonly public_url?: string | undefined;
  readonly new_vids?: readonly number[] | undefined;
  readonly deleted_vids?: readonly number[] | undefined;
  readonly leader?: string | undefined;
  readonly data_center?: string | undefined;
  readonly grpc_port?: number | undefined;
  readonly new_ec_vids?: readonly number[] | undefined;
  readonly deleted_ec_vids?: readonly number[] | undefined;
}

export interface ClusterNodeUpdate {
  readonly node_type: string;
  readonly address: string;
  readonly is_add: boolean;
  readonly filer_group: string;
  readonly created_at_ns: string;
}
export interface ClusterNodeUpdateInit {
  readonly node_type?: string | undefined;
  readonly address?: string | undefined;
  readonly is_add?: boolean | undefined;
  readonly filer_group?: string | undefined;
  readonly created_at_ns?: string | number | bigint | undefined;
}

export interface LockRingUpdate {
  readonly filer_group: string;
  readonly servers: readonly string[];
  readonly version: string;
}
export interface LockRingUpdateInit {
  readonly filer_group?: string | undefined;
  readonly servers?: readonly string[] | undefined;
  readonly version?: string | number | bigint | undefined;
}

export interface ListClusterNodesRequest {
  readonly client_type: string;
  readonly filer_group: string;
  readonly limit: number;
}
export interface ListClusterNodesRequestInit {
  readonly client_type?: string | undefined;
  readonly filer_group?: string | undefined;
  readonly limit?: number | undefined;
}

export interface ListClusterNodesResponse {
  readonly cluster_nodes: readonly ListClusterNodesResponse_ClusterNode[];
}
export interface ListClusterNodesResponseInit {
  readonly cluster_nodes?: readonly ListClusterNodesResponse_ClusterNodeInit[] | undefined;
}

export interface ListClusterNodesResponse_ClusterNode {
  readonly address: string;
  readonly version: string;
  readonly created_at_ns: string;
  readonly data_center: string;
  readonly rack: string;
}
export interface ListClusterNodesResponse_ClusterNodeInit {
  readonly address?: string | undefined;
  readonly version?: string | undefined;
  readonly created_at_ns?: string | number | bigint | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
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

export interface AssignRequest {
  readonly count: string;
  readonly replication: string;
  readonly collection: string;
  readonly ttl: string;
  readonly data_center: string;
  readonly rack: string;
  readonly data_node: string;
  readonly memory_map_max_size_mb: number;
  readonly writable_volume_count: number;
  readonly disk_type: string;
  readonly expected_data_size: string;
}
export interface AssignRequestInit {
  readonly count?: string | number | bigint | undefined;
  readonly replication?: string | undefined;
  readonly collection?: string | undefined;
  readonly ttl?: string | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
  readonly data_node?: string | undefined;
  readonly memory_map_max_size_mb?: number | undefined;
  readonly writable_volume_count?: number | undefined;
  readonly disk_type?: string | undefined;
  readonly expected_data_size?: string | number | bigint | undefined;
}

export interface AssignResponse {
  readonly fid: string;
  readonly count: string;
  readonly error: string;
  readonly auth: string;
  readonly replicas: readonly Location[];
  readonly location: Location | null;
}
export interface AssignResponseInit {
  readonly fid?: string | undefined;
  readonly count?: string | number | bigint | undefined;
  readonly error?: string | undefined;
  readonly auth?: string | undefined;
  readonly replicas?: readonly LocationInit[] | undefined;
  readonly location?: LocationInit | undefined;
}

export interface Location {
  readonly url: string;
  readonly public_url: string;
  readonly grpc_port: number;
  readonly data_center: string;
}
export interface LocationInit {
  readonly url?: string | undefined;
  readonly public_url?: string | undefined;
  readonly grpc_port?: number | undefined;
  readonly data_center?: string | undefined;
}

export interface LookupVolumeRequest {
  readonly volume_or_file_ids: readonly string[];
  readonly collection: string;
}
export interface LookupVolumeRequestInit {
  readonly volume_or_file_ids?: readonly string[] | undefined;
  readonly collection?: string | undefined;
}

export interface LookupVolumeResponse {
  readonly volume_id_locations: readonly LookupVolumeResponse_VolumeIdLocation[];
}
export interface LookupVolumeResponseInit {
  readonly volume_id_locations?: readonly LookupVolumeResponse_VolumeIdLocationInit[] | undefined;
}

export interface LookupVolumeResponse_VolumeIdLocation {
  readonly volume_or_file_id: string;
  readonly locations: readonly Location[];
  readonly error: string;
  readonly auth: string;
}
export interface LookupVolumeResponse_VolumeIdLocationInit {
  readonly volume_or_file_id?: string | undefined;
  readonly locations?: readonly LocationInit[] | undefined;
  readonly error?: string | undefined;
  readonly auth?: string | undefined;
}

export interface LookupEcVolumeRequest {
  readonly volume_id: number;
}
export interface LookupEcVolumeRequestInit {
  readonly volume_id?: number | undefined;
}

export interface LookupEcVolumeResponse {
  readonly volume_id: number;
  readonly shard_id_locations: readonly LookupEcVolumeResponse_EcShardIdLocation[];
}
export interface LookupEcVolumeResponseInit {
  readonly volume_id?: number | undefined;
  readonly shard_id_locations?: readonly LookupEcVolumeResponse_EcShardIdLocationInit[] | undefined;
}

export interface LookupEcVolumeResponse_EcShardIdLocation {
  readonly shard_id: number;
  readonly locations: readonly Location[];
}
export interface LookupEcVolumeResponse_EcShardIdLocationInit {
  readonly shard_id?: number | undefined;
  readonly locations?: readonly LocationInit[] | undefined;
}

export interface VolumeListRequest {
  readonly collection: string;
  readonly volume_id: number;
  readonly default_collection_only: boolean;
}
export interface VolumeListRequestInit {
  readonly collection?: string | undefined;
  readonly volume_id?: number | undefined;
  readonly default_collection_only?: boolean | undefined;
}

export interface VolumeListResponse {
  readonly topology_info: TopologyInfo | null;
  readonly volume_size_limit_mb: string;
}
export interface VolumeListResponseInit {
  readonly topology_info?: TopologyInfoInit | undefined;
  readonly volume_size_limit_mb?: string | number | bigint | undefined;
}

export interface TopologyInfo {
  readonly id: string;
  readonly data_center_infos: readonly DataCenterInfo[];
  readonly diskInfos: Readonly<Record<string, DiskInfo>>;
}
export interface TopologyInfoInit {
  readonly id?: string | undefined;
  readonly data_center_infos?: readonly DataCenterInfoInit[] | undefined;
  readonly diskInfos?: Readonly<Record<string, DiskInfoInit>> | undefined;
}

export interface DataCenterInfo {
  readonly id: string;
  readonly rack_infos: readonly RackInfo[];
  readonly diskInfos: Readonly<Record<string, DiskInfo>>;
}
export interface DataCenterInfoInit {
  readonly id?: string | undefined;
  readonly rack_infos?: readonly RackInfoInit[] | undefined;
  readonly diskInfos?: Readonly<Record<string, DiskInfoInit>> | undefined;
}

export interface RackInfo {
  readonly id: string;
  readonly data_node_infos: readonly DataNodeInfo[];
  readonly diskInfos: Readonly<Record<string, DiskInfo>>;
}
export interface RackInfoInit {
  readonly id?: string | undefined;
  readonly data_node_infos?: readonly DataNodeInfoInit[] | undefined;
  readonly diskInfos?: Readonly<Record<string, DiskInfoInit>> | undefined;
}

export interface DataNodeInfo {
  readonly id: string;
  readonly diskInfos: Readonly<Record<string, DiskInfo>>;
  readonly grpc_port: number;
  readonly address: string;
}
export interface DataNodeInfoInit {
  readonly id?: string | undefined;
  readonly diskInfos?: Readonly<Record<string, DiskInfoInit>> | undefined;
  readonly grpc_port?: number | undefined;
  readonly address?: string | undefined;
}

export interface DiskInfo {
  readonly type: string;
  readonly volume_count: string;
  readonly max_volume_count: string;
  readonly free_volume_count: string;
  readonly active_volume_count: string;
  readonly volume_infos: readonly VolumeInformationMessage[];
  readonly ec_shard_infos: readonly VolumeEcShardInformationMessage[];
  readonly remote_volume_count: string;
  readonly disk_id: number;
  readonly tags: readonly string[];
  readonly max_volume_count_by_disk: Readonly<Record<string, string>>;
  readonly disk_total_bytes: string;
  readonly disk_free_bytes: string;
}
export interface DiskInfoInit {
  readonly type?: string | undefined;
  readonly volume_count?: string | number | bigint | undefined;
  readonly max_volume_count?: string | number | bigint | undefined;
  readonly free_volume_count?: string | number | bigint | undefined;
  readonly active_volume_count?: string | number | bigint | undefined;
  readonly volume_infos?: readonly VolumeInformationMessageInit[] | undefined;
  readonly ec_shard_infos?: readonly VolumeEcShardInformationMessageInit[] | undefined;
  readonly remote_volume_count?: string | number | bigint | undefined;
  readonly disk_id?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly max_volume_count_by_disk?: Readonly<Record<string, string | number | bigint>> | undefined;
  readonly disk_total_bytes?: string | number | bigint | undefined;
  readonly disk_free_bytes?: string | number | bigint | undefined;
}

export interface VolumeListStreamResponse {
  readonly header: VolumeListResponse | null;
  readonly data_center: string;
  readonly rack: string;
  readonly data_node: string;
  readonly disk_type: string;
  readonly volume_infos: readonly VolumeInformationMessage[];
  readonly ec_shard_infos: readonly VolumeEcShardInformationMessage[];
}
export interface VolumeListStreamResponseInit {
  readonly header?: VolumeListResponseInit | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
  readonly data_node?: string | undefined;
  readonly disk_type?: string | undefined;
  readonly volume_infos?: readonly VolumeInformationMessageInit[] | undefined;
  readonly ec_shard_infos?: readonly VolumeEcShardInformationMessageInit[] | undefined;
}

export interface StatisticsRequest {
  readonly replication: string;
  readonly collection: string;
  readonly ttl: string;
  readonly disk_type: string;
}
export interface StatisticsRequestInit {
  readonly replication?: string | undefined;
  readonly collection?: string | undefined;
  readonly ttl?: string | undefined;
  readonly disk_type?: string | undefined;
}

export interface StatisticsResponse {
  readonly total_size: string;
  readonly used_size: string;
  readonly file_count: string;
  readonly logical_total_size: string;
  readonly logical_used_size: string;
}
export interface StatisticsResponseInit {
  readonly total_size?: string | number | bigint | undefined;
  readonly used_size?: string | number | bigint | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly logical_total_size?: string | number | bigint | undefined;
  readonly logical_used_size?: string | number | bigint | undefined;
}

export interface CollectionListRequest {
  readonly include_normal_volumes: boolean;
  readonly include_ec_volumes: boolean;
}
export interface CollectionListRequestInit {
  readonly include_normal_volumes?: boolean | undefined;
  readonly include_ec_volumes?: boolean | undefined;
}

export interface CollectionListResponse {
  readonly collections: readonly Collection[];
}
export interface CollectionListResponseInit {
  readonly collections?: readonly CollectionInit[] | undefined;
}

export interface Collection {
  readonly name: string;
}
export interface CollectionInit {
  readonly name?: string | undefined;
}

export interface CollectionDeleteRequest {
  readonly name: string;
}
export interface CollectionDeleteRequestInit {
  readonly name?: string | undefined;
}

export type CollectionDeleteResponse = Record<never, never>;
export type CollectionDeleteResponseInit = Record<never, never>;

export type CollectionStatisticsRequest = Record<never, never>;
export type CollectionStatisticsRequestInit = Record<never, never>;

export interface CollectionStatisticsResponse {
  readonly collections: readonly CollectionStatistics[];
}
export interface CollectionStatisticsResponseInit {
  readonly collections?: readonly CollectionStatisticsInit[] | undefined;
}

export interface CollectionStatistics {
  readonly collection: string;
  readonly file_count: string;
  readonly delete_count: string;
  readonly deleted_byte_count: string;
  readonly size: string;
  readonly physical_size: string;
  readonly volume_count: string;
}
export interface CollectionStatisticsInit {
  readonly collection?: string | undefined;
  readonly file_count?: string | number | bigint | undefined;
  readonly delete_count?: string | number | bigint | undefined;
  readonly deleted_byte_count?: string | number | bigint | undefined;
  readonly size?: string | number | bigint | undefined;
  readonly physical_size?: string | number | bigint | undefined;
  readonly volume_count?: string | number | bigint | undefined;
}

export type GetMasterConfigurationRequest = Record<never, never>;
export type GetMasterConfigurationRequestInit = Record<never, never>;

export interface GetMasterConfigurationResponse {
  readonly metrics_address: string;
  readonly metrics_interval_seconds: number;
  readonly storage_backends: readonly StorageBackend[];
  readonly default_replication: string;
  readonly leader: string;
  readonly volume_size_limit_m_b: number;
  readonly volume_preallocate: boolean;
  readonly maintenance_scripts: string;
  readonly maintenance_sleep_minutes: number;
}
export interface GetMasterConfigurationResponseInit {
  readonly metrics_address?: string | undefined;
  readonly metrics_interval_seconds?: number | undefined;
  readonly storage_backends?: readonly StorageBackendInit[] | undefined;
  readonly default_replication?: string | undefined;
  readonly leader?: string | undefined;
  readonly volume_size_limit_m_b?: number | undefined;
  readonly volume_preallocate?: boolean | undefined;
  readonly maintenance_scripts?: string | undefined;
  readonly maintenance_sleep_minutes?: number | undefined;
}

export interface VolumeGrowRequest {
  readonly writable_volume_count: number;
  readonly replication: string;
  readonly collection: string;
  readonly ttl: string;
  readonly data_center: string;
  readonly rack: string;
  readonly data_node: string;
  readonly memory_map_max_size_mb: number;
  readonly disk_type: string;
}
export interface VolumeGrowRequestInit {
  readonly writable_volume_count?: number | undefined;
  readonly replication?: string | undefined;
  readonly collection?: string | undefined;
  readonly ttl?: string | undefined;
  readonly data_center?: string | undefined;
  readonly rack?: string | undefined;
  readonly data_node?: string | undefined;
  readonly memory_map_max_size_mb?: number | undefined;
  readonly disk_type?: string | undefined;
}

export type VolumeGrowResponse = Record<never, never>;
export type VolumeGrowResponseInit = Record<never, never>;

export interface VolumeMarkReadonlyRequest {
  readonly ip: string;
  readonly port: number;
  readonly volume_id: number;
  readonly collection: string;
  readonly replica_placement: number;
  readonly version: number;
  readonly ttl: number;
  readonly disk_type: string;
  readonly is_readonly: boolean;
}
export interface VolumeMarkReadonlyRequestInit {
  readonly ip?: string | undefined;
  readonly port?: number | undefined;
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
  readonly replica_placement?: number | undefined;
  readonly version?: number | undefined;
  readonly ttl?: number | undefined;
  readonly disk_type?: string | undefined;
  readonly is_readonly?: boolean | undefined;
}

export type VolumeMarkReadonlyResponse = Record<never, never>;
export type VolumeMarkReadonlyResponseInit = Record<never, never>;

export interface VacuumVolumeRequest {
  readonly garbage_threshold: number;
  readonly volume_id: number;
  readonly collection: string;
}
export interface VacuumVolumeRequestInit {
  readonly garbage_threshold?: number | undefined;
  readonly volume_id?: number | undefined;
  readonly collection?: string | undefined;
}

export type VacuumVolumeResponse = Record<never, never>;
export type VacuumVolumeResponseInit = Record<never, never>;

export interface DisableVacuumRequest {
  readonly by_plugin: boolean;
}
export interface DisableVacuumRequestInit {
  readonly by_plugin?: boolean | undefined;
}

export type DisableVacuumResponse = Record<never, never>;
export type DisableVacuumResponseInit = Record<never, never>;

export interface EnableVacuumRequest {
  readonly by_plugin: boolean;
}
export interface EnableVacuumRequestInit {
  readonly by_plugin?: boolean | undefined;
}

export type EnableVacuumResponse = Record<never, never>;
export type EnableVacuumResponseInit = Record<never, never>;

export interface LeaseAdminTokenRequest {
  readonly previous_token: string;
  readonly previous_lock_time: string;
  readonly lock_name: string;
  readonly client_name: string;
  readonly message: string;
}
export interface LeaseAdminTokenRequestInit {
  readonly previous_token?: string | number | bigint | undefined;
  readonly previous_lock_time?: string | number | bigint | undefined;
  readonly lock_name?: string | undefined;
  readonly client_name?: string | undefined;
  readonly message?: string | undefined;
}

export interface LeaseAdminTokenResponse {
  readonly token: string;
  readonly lock_ts_ns: string;
}
export interface LeaseAdminTokenResponseInit {
  readonly token?: string | number | bigint | undefined;
  readonly lock_ts_ns?: string | number | bigint | undefined;
}

export interface ReleaseAdminTokenRequest {
  readonly previous_token: string;
  readonly previous_lock_time: string;
  readonly lock_name: string;
}
export interface ReleaseAdminTokenRequestInit {
  readonly previous_token?: string | number | bigint | undefined;
  readonly previous_lock_time?: string | number | bigint | undefined;
  readonly lock_name?: string | undefined;
}

export type ReleaseAdminTokenResponse = Record<never, never>;
export type ReleaseAdminTokenResponseInit = Record<never, never>;

export interface GetAdminLockStatusRequest {
  readonly lock_name: string;
}
export interface GetAdminLockStatusRequestInit {
  readonly lock_name?: string | undefined;
}

export interface GetAdminLockStatusResponse {
  readonly is_locked: boolean;
  readonly client_name: string;
  readonly message: string;
}
export interface GetAdminLockStatusResponseInit {
  readonly is_locked?: boolean | undefined;
  readonly client_name?: string | undefined;
  readonly message?: string | undefined;
}

export type RaftListClusterServersRequest = Record<never, never>;
export type RaftListClusterServersRequestInit = Record<never, never>;

export interface RaftListClusterServersResponse {
  readonly cluster_servers: readonly RaftListClusterServersResponse_ClusterServers[];
}
export interface RaftListClusterServersResponseInit {
  readonly cluster_servers?: readonly RaftListClusterServersResponse_ClusterServersInit[] | undefined;
}

export interface RaftListClusterServersResponse_ClusterServers {
  readonly id: string;
  readonly address: string;
  readonly suffrage: string;
  readonly isLeader: boolean;
}
export interface RaftListClusterServersResponse_ClusterServersInit {
  readonly id?: string | undefined;
  readonly address?: string | undefined;
  readonly suffrage?: string | undefined;
  readonly isLeader?: boolean | undefined;
}

export interface RaftAddServerRequest {
  readonly id: string;
  readonly address: string;
  readonly voter: boolean;
}
export interface RaftAddServerRequestInit {
  readonly id?: string | undefined;
  readonly address?: string | undefined;
  readonly voter?: boolean | undefined;
}

export type RaftAddServerResponse = Record<never, never>;
export type RaftAddServerResponseInit = Record<never, never>;

export interface RaftRemoveServerRequest {
  readonly id: string;
  readonly force: boolean;
}
export interface RaftRemoveServerRequestInit {
  readonly id?: string | undefined;
  readonly force?: boolean | undefined;
}

export type RaftRemoveServerResponse = Record<never, never>;
export type RaftRemoveServerResponseInit = Record<never, never>;

export interface RaftLeadershipTransferRequest {
  readonly target_id: string;
  readonly target_address: string;
}
export interface RaftLeadershipTransferRequestInit {
  readonly target_id?: string | undefined;
  readonly target_address?: string | undefined;
}

export interface RaftLeadershipTransferResponse {
  readonly previous_leader: string;
  readonly new_leader: string;
}
export interface RaftLeadershipTransferResponseInit {
  readonly previous_leader?: string | undefined;
  readonly new_leader?: string | undefined;
}

export interface SuperBlockExtra {
  readonly erasure_coding: SuperBlockExtra_ErasureCoding | null;
}
export interface SuperBlockExtraInit {
  readonly erasure_coding?: SuperBlockExtra_ErasureCodingInit | undefined;
}

export interface SuperBlockExtra_ErasureCoding {
  readonly data: number;
  readonly parity: number;
  readonly volume_ids: readonly number[];
}
export interface SuperBlockExtra_ErasureCodingInit {
  readonly data?: number | undefined;
  readonly parity?: number | undefined;
  readonly volume_ids?: readonly number[] | undefined;
}

export type Empty = Record<never, never>;
export type EmptyInit = Record<never, never>;
