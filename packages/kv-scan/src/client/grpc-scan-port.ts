/** The call over gRPC. */
import { type ChannelSecurity, createGrpcClient, loadProtos, type RpcCode, RpcError } from '@needlestack/rpc';
import type {
  KvScan,
  OpenScanInit as WireOpen,
  ScanKvRequestInit as WireRequest,
  ScanKvResponse as WireResponse,
} from '@needlestack/rpc/wire/needlestack-kv-scan';
import { ScanError, type ScanErrorCode, scanErrorOfNumber } from '../protocol/scan-error.ts';
import type { OpenScan, ScanKvAnswer, ScanKvPort, ScanKvRequest } from '../protocol/scan-messages.ts';

const SCAN_SERVICE = 'needlestack_kv_scan.KvScan';

export interface GrpcScanPortOptions extends ChannelSecurity {
  /** `host:port` of a catalog's gRPC. */
  readonly address: string;
}

/** A catalog that is reached over the network, until it is closed. */
export interface GrpcScanPort extends ScanKvPort {
  close(): void;
}

/** Connects with the first call, and again by itself. */
export function createGrpcScanPort(options: GrpcScanPortOptions): GrpcScanPort {
  const client = createGrpcClient<KvScan>({
    ...options,
    protos: loadProtos(['kv_scan.proto']),
    service: SCAN_SERVICE,
  });
  return {
    scanKv: async (request, callOptions = {}) => {
      let response: WireResponse;
      try {
        response = await client.call.ScanKv(requestToWire(request), callOptions);
      } catch (error) {
        throw callOptions.signal?.aborted === true ? error : asScanError(error);
      }
      return answerFromWire(response);
    },
    close: () => client.close(),
  };
}

function requestToWire(request: ScanKvRequest): WireRequest {
  return {
    scanner_id: request.scannerId,
    open: request.open === undefined ? undefined : openToWire(request.open),
    call_seq_id: request.callSeqId,
    batch_size_bytes: request.batchSizeBytes,
    close_scanner: request.closeScanner,
    keep_alive: request.keepAlive,
  };
}

function openToWire(open: OpenScan): WireOpen {
  return {
    table_id: open.tableId,
    partition_id: open.partitionId,
    bucket_id: open.bucketId,
    limit: open.limit,
    start_key: open.startKey,
    prefix: open.prefix,
    columns: open.columns,
    mode: open.mode === 'token' ? 'TOKEN' : 'PINNED',
    resume_token: open.resumeToken,
  };
}

/** ScanError when the answer is a refusal. */
function answerFromWire(response: WireResponse): ScanKvAnswer {
  const { error_code: number, error_message: message } = response;
  const scannerId = ownCopy(response.scanner_id);
  const resumeToken = ownCopy(response.resume_token);
  if (number !== 0) {
    const code = scanErrorOfNumber(number);
    if (code === undefined)
      throw new ScanError('broken-answer', `error ${number}, which is not known here: ${message}`);
    throw new ScanError(code, message, resumeToken === undefined ? {} : { resumeToken });
  }
  return {
    hasMoreResults: response.has_more_results,
    records: response.records,
    snapshotChanged: response.snapshot_changed,
    ...(scannerId === undefined ? {} : { scannerId }),
    ...(response.log_offset === undefined ? {} : { logOffset: BigInt(response.log_offset) }),
    ...(resumeToken === undefined ? {} : { resumeToken }),
  };
}

/** Bytes of an answer are views of it: what outlives the batch must not hold on to it. */
function ownCopy(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes);
}

const CODE_OF_STATUS: Readonly<Partial<Record<RpcCode, ScanErrorCode>>> = {
  unavailable: 'unavailable',
  'resource-exhausted': 'unavailable',
  cancelled: 'unavailable',
  aborted: 'unavailable',
  'deadline-exceeded': 'timed-out',
  unimplemented: 'unsupported-version',
  unauthenticated: 'not-authorized',
  'permission-denied': 'not-authorized',
};

function asScanError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  return new ScanError(CODE_OF_STATUS[error.code] ?? 'broken-answer', error.message, { cause: error });
}
