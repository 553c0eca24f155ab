// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { ServerStreamMethod, UnaryMethod } from '../method-types.ts';

export interface VolumeRepair {
  readonly DigestNeedles: UnaryMethod<
    DigestNeedlesRequestInit,
    DigestNeedlesRequest,
    DigestNeedlesResponseInit,
    DigestNeedlesResponse
  >;
  readonly ListNeedles: ServerStreamMethod<
    ListNeedlesRequestInit,
    ListNeedlesRequest,
    ListNeedlesResponseInit,
    ListNeedlesResponse
  >;
  readonly MendVolume: UnaryMethod<
    MendVolumeRequestInit,
    MendVolumeRequest,
    MendVolumeResponseInit,
    MendVolumeResponse
  >;
  readonly MendShards: UnaryMethod<
    MendShardsRequestInit,
    MendShardsRequest,
    MendShardsResponseInit,
    MendShardsResponse
  >;
}

export interface DigestNeedlesRequest {
  readonly volume_id: number;
}
export interface DigestNeedlesRequestInit {
  readonly volume_id?: number | undefined;
}

export interface DigestNeedlesResponse {
  readonly digests: Buffer;
  readonly damaged: boolean;
  readonly copies: number;
}
export interface DigestNeedlesResponseInit {
  readonly digests?: Uint8Array | undefined;
  readonly damaged?: boolean | undefined;
  readonly copies?: number | undefined;
}

export interface ListNeedlesRequest {
  readonly volume_id: number;
  readonly buckets: readonly number[];
  readonly since_ns: string;
  readonly keys: readonly string[];
}
export interface ListNeedlesRequestInit {
  readonly volume_id?: number | undefined;
  readonly buckets?: readonly number[] | undefined;
  readonly since_ns?: string | number | bigint | undefined;
  readonly keys?: readonly (string | number | bigint)[] | undefined;
}

export interface ListNeedlesResponse {
  readonly needles: readonly NeedleState[];
}
export interface ListNeedlesResponseInit {
  readonly needles?: readonly NeedleStateInit[] | undefined;
}

export interface NeedleState {
  readonly key: string;
  readonly kind: NeedleState_Kind;
  readonly cookie: number;
  readonly checksum: number;
  readonly size: number;
  readonly append_at_ns: string;
  readonly offset: string;
}
export interface NeedleStateInit {
  readonly key?: string | number | bigint | undefined;
  readonly kind?: NeedleState_Kind | undefined;
  readonly cookie?: number | undefined;
  readonly checksum?: number | undefined;
  readonly size?: number | undefined;
  readonly append_at_ns?: string | number | bigint | undefined;
  readonly offset?: string | number | bigint | undefined;
}

export type NeedleState_Kind = 'LIVE' | 'DELETED' | 'DAMAGED';

export interface MendShardsRequest {
  readonly volume_id: number;
}
export interface MendShardsRequestInit {
  readonly volume_id?: number | undefined;
}

export interface MendShardsResponse {
  readonly mended_shard_ids: readonly number[];
  readonly damaged_shard_ids: readonly number[];
  readonly failure: string;
}
export interface MendShardsResponseInit {
  readonly mended_shard_ids?: readonly number[] | undefined;
  readonly damaged_shard_ids?: readonly number[] | undefined;
  readonly failure?: string | undefined;
}

export interface MendVolumeRequest {
  readonly volume_id: number;
  readonly in_background: boolean;
}
export interface MendVolumeRequestInit {
  readonly volume_id?: number | undefined;
  readonly in_background?: boolean | undefined;
}

export interface MendVolumeResponse {
  readonly written: number;
  readonly deleted: number;
  readonly undecided: number;
  readonly equal: boolean;
  readonly incomplete_reason: string;
  readonly replaced: boolean;
}
export interface MendVolumeResponseInit {
  readonly written?: number | undefined;
  readonly deleted?: number | undefined;
  readonly undecided?: number | undefined;
  readonly equal?: boolean | undefined;
  readonly incomplete_reason?: string | undefined;
  readonly replaced?: boolean | undefined;
}
