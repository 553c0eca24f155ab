import {
  isServerScanErrorCode,
  type OpenScan,
  ScanError,
  type ScanKvAnswer,
  type ScanKvRequest,
  scanErrorNumber,
} from '@needlestack/kv-scan/protocol';
import { type CallContext, RpcError, type ServiceHandlers } from '@needlestack/rpc';
import type {
  KvScan,
  OpenScan as WireOpen,
  ScanKvRequest as WireRequest,
  ScanKvResponseInit as WireResponse,
} from '@needlestack/rpc/wire/needlestack-kv-scan';
import type { KvScans } from '../core/scan/kv-scans.ts';

export const SCAN_SERVICE = 'needlestack_kv_scan.KvScan';

export interface ScanAccess {
  /** Names of certificates whose owners may scan (the right `catalog:ScanTable`); empty: everybody whom the port lets in. */
  readonly clientNames: readonly string[];
}

/** Refusals are in the answer; a status is only for who may not scan at all, and for faults. */
export function makeScanHandlers(scans: KvScans, access: ScanAccess): ServiceHandlers<KvScan> {
  return {
    ScanKv: async (request, context) => {
      const principal = identify(context, access);
      try {
        return answerToWire(await scans.scanKv(requestFromWire(request), { principal, signal: context.signal }));
      } catch (error) {
        return refusalToWire(error);
      }
    },
  };
}

/** RpcError `permission-denied`. Without certificates everybody who knows the token is the same caller. */
function identify({ certificateName }: CallContext, { clientNames }: ScanAccess): string {
  if (clientNames.length > 0 && (certificateName === undefined || !clientNames.includes(certificateName)))
    throw new RpcError(
      'permission-denied',
      `catalog:ScanTable is not granted to ${certificateName ?? 'callers without a certificate'}`,
    );
  return certificateName === undefined ? 'cluster' : `certificate ${certificateName}`;
}

function requestFromWire(wire: WireRequest): ScanKvRequest {
  return {
    closeScanner: wire.close_scanner,
    keepAlive: wire.keep_alive,
    ...(wire.scanner_id === undefined ? {} : { scannerId: wire.scanner_id }),
    ...(wire.open === null ? {} : { open: openFromWire(wire.open) }),
    ...(wire.call_seq_id === undefined ? {} : { callSeqId: wire.call_seq_id }),
    ...(wire.batch_size_bytes === undefined ? {} : { batchSizeBytes: wire.batch_size_bytes }),
  };
}

/** A number that is no mode of this version arrives as it is. */
const MODES: Readonly<Record<string, OpenScan['mode'] | undefined>> = { PINNED: 'pinned', TOKEN: 'token' };

/** ScanError `invalid-scan-request` */
function openFromWire(wire: WireOpen): OpenScan {
  const mode = MODES[wire.mode];
  if (mode === undefined) throw new ScanError('invalid-scan-request', `mode ${wire.mode}: expected PINNED or TOKEN`);
  return {
    tableId: wire.table_id,
    bucketId: wire.bucket_id,
    columns: wire.columns,
    mode,
    ...(wire.partition_id === undefined ? {} : { partitionId: BigInt(wire.partition_id) }),
    ...(wire.limit === undefined ? {} : { limit: Number(wire.limit) }),
    ...(wire.start_key === undefined ? {} : { startKey: wire.start_key }),
    ...(wire.prefix === undefined ? {} : { prefix: wire.prefix }),
    ...(wire.resume_token === undefined ? {} : { resumeToken: wire.resume_token }),
  };
}

function answerToWire(answer: ScanKvAnswer): WireResponse {
  return {
    scanner_id: answer.scannerId,
    has_more_results: answer.hasMoreResults,
    records: answer.records,
    log_offset: answer.logOffset,
    resume_token: answer.resumeToken,
    snapshot_changed: answer.snapshotChanged,
  };
}

function refusalToWire(error: unknown): WireResponse {
  if (!(error instanceof ScanError) || !isServerScanErrorCode(error.code)) throw error;
  return { error_code: scanErrorNumber(error.code), error_message: error.message, resume_token: error.resumeToken };
}
