export {
  decodeChunks,
  RecordsBuilder,
  ROW_HEADER_BYTES,
  readRecords,
  type ScannedChunk,
  type ScanRow,
} from './records.ts';
export {
  isOpenRetriable,
  isServerScanErrorCode,
  SCAN_ERROR_CODES,
  ScanError,
  type ScanErrorCode,
  type ServerScanErrorCode,
  scanErrorHttpStatus,
  scanErrorNumber,
  scanErrorOfNumber,
} from './scan-error.ts';
export type { OpenScan, ScanKvAnswer, ScanKvPort, ScanKvRequest } from './scan-messages.ts';
export {
  SCAN_COLUMNS,
  SCAN_TABLES,
  type ScanColumn,
  type ScanTable,
  type ScanTableName,
  scanTableOfId,
  whyNotScannable,
} from './scan-tables.ts';
