export { createGrpcScanPort, type GrpcScanPort, type GrpcScanPortOptions } from './client/grpc-scan-port.ts';
export {
  createKvBatchScanner,
  type KvBatchScanner,
  type KvBatchScannerOptions,
  type NextBatchOptions,
} from './client/kv-batch-scanner.ts';
export type { ScanBatch } from './client/scan-batch.ts';
export { type ScanTableOptions, scanTable, type TableBatch } from './client/scan-table.ts';
export type { ScanTime } from './client/scan-time.ts';
export type { ScannerState } from './client/scanner-state.ts';
export {
  decodeChunks,
  SCAN_TABLES,
  type ScanColumn,
  ScanError,
  type ScanErrorCode,
  type ScanKvPort,
  type ScannedChunk,
  type ScanRow,
  type ScanTable,
  type ScanTableName,
} from './protocol/index.ts';
