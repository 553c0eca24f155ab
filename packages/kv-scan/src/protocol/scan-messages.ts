/** The call as both sides see it in process; proto/kv_scan.proto has the same on the wire. */
import type { ScanErrorCode } from './scan-error.ts';

export interface OpenScan {
  readonly tableId: number;
  readonly partitionId?: bigint;
  readonly bucketId: number;
  /** Most rows of the whole scan; absent, 0 and below: no bound. */
  readonly limit?: number;
  readonly startKey?: Uint8Array;
  readonly prefix?: Uint8Array;
  readonly columns: readonly string[];
  /** `token`: the server holds nothing between calls, and shows rows as they are. */
  readonly mode: 'pinned' | 'token';
  readonly resumeToken?: Uint8Array;
}

/** Whatever somebody may send, so what is wrong with it can be said. */
export interface ScanKvRequest {
  readonly scannerId?: Uint8Array;
  readonly open?: OpenScan;
  readonly callSeqId?: number;
  readonly batchSizeBytes?: number;
  readonly closeScanner: boolean;
  readonly keepAlive: boolean;
}

export interface ScanKvAnswer {
  readonly scannerId?: Uint8Array;
  readonly hasMoreResults: boolean;
  readonly records: Buffer;
  /** Of a first answer: where to read the outbox from. */
  readonly logOffset?: bigint;
  readonly resumeToken?: Uint8Array;
  readonly snapshotChanged: boolean;
}

/** A refusal that came in an answer. */
export interface ScanKvRefusal {
  readonly code: ScanErrorCode;
  readonly message: string;
  readonly resumeToken?: Uint8Array;
}

/** The call, wherever it is answered. Rejects with ScanError, or with the reason of the signal. */
export interface ScanKvPort {
  scanKv(
    request: ScanKvRequest,
    options?: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
  ): Promise<ScanKvAnswer>;
}
