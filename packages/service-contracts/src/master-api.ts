/** What the master promises: file ids to write to, and where volumes are. */

export interface VolumeLocation {
  /** `host:port` of the volume server's HTTP, as the servers reach each other. */
  readonly url: string;
  /** `host:port` as clients reach it. */
  readonly publicUrl: string;
  /** `host:port` of its gRPC. */
  readonly grpcAddress: string;
  readonly dataCenter: string;
}

export interface LeaseRequest {
  readonly count: number;
  readonly collection: string;
  /** `xyz`; empty for the master's default. */
  readonly replication: string;
  /** SeaweedFS TTL text; empty for none. */
  readonly ttl: string;
  readonly dataCenter: string;
}

/** A range of needle keys that nobody else gets, all in one volume that is writable now. */
export interface FileIdLease {
  readonly volumeId: number;
  readonly firstKey: bigint;
  readonly count: number;
  readonly locations: readonly VolumeLocation[];
}

export interface MasterPort {
  /** Grows volumes when none is writable. Rejects with VolumeError `no-space` or `unreachable`. */
  leaseFileIds(request: LeaseRequest, signal?: AbortSignal): Promise<FileIdLease>;
  /** Empty when the volume is unknown. */
  lookupVolume(volumeId: number, signal?: AbortSignal): Promise<readonly VolumeLocation[]>;
}
