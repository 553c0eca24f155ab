// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.
import type { UnaryMethod } from '../method-types.ts';

export interface KvScan {
  readonly ScanKv: UnaryMethod<ScanKvRequestInit, ScanKvRequest, ScanKvResponseInit, ScanKvResponse>;
}

export interface ScanKvRequest {
  readonly scanner_id?: Buffer;
  readonly open: OpenScan | null;
  readonly call_seq_id?: number;
  readonly batch_size_bytes?: number;
  readonly close_scanner: boolean;
  readonly keep_alive: boolean;
}
export interface ScanKvRequestInit {
  readonly scanner_id?: Uint8Array | undefined;
  readonly open?: OpenScanInit | undefined;
  readonly call_seq_id?: number | undefined;
  readonly batch_size_bytes?: number | undefined;
  readonly close_scanner?: boolean | undefined;
  readonly keep_alive?: boolean | undefined;
}

export interface OpenScan {
  readonly table_id: number;
  readonly partition_id?: string;
  readonly bucket_id: number;
  readonly limit?: string;
  readonly start_key?: Buffer;
  readonly prefix?: Buffer;
  readonly columns: readonly string[];
  readonly mode: ScanMode;
  readonly resume_token?: Buffer;
}
export interface OpenScanInit {
  readonly table_id?: number | undefined;
  readonly partition_id?: string | number | bigint | undefined;
  readonly bucket_id?: number | undefined;
  readonly limit?: string | number | bigint | undefined;
  readonly start_key?: Uint8Array | undefined;
  readonly prefix?: Uint8Array | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly mode?: ScanMode | undefined;
  readonly resume_token?: Uint8Array | undefined;
}

export type ScanMode = 'PINNED' | 'TOKEN';

export interface ScanKvResponse {
  readonly error_code: number;
  readonly error_message: string;
  readonly scanner_id?: Buffer;
  readonly has_more_results: boolean;
  readonly records: Buffer;
  readonly log_offset?: string;
  readonly resume_token?: Buffer;
  readonly snapshot_changed: boolean;
}
export interface ScanKvResponseInit {
  readonly error_code?: number | undefined;
  readonly error_message?: string | undefined;
  readonly scanner_id?: Uint8Array | undefined;
  readonly has_more_results?: boolean | undefined;
  readonly records?: Uint8Array | undefined;
  readonly log_offset?: string | number | bigint | undefined;
  readonly resume_token?: Uint8Array | undefined;
  readonly snapshot_changed?: boolean | undefined;
}
