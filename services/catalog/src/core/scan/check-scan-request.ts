import {
  type OpenScan,
  ScanError,
  type ScanKvRequest,
  scanTableOfId,
  whyNotScannable,
} from '@needlestack/kv-scan/protocol';
import { KEY_BYTES_MAX } from '@needlestack/ordered-kv';
import type { ScanFilter } from './scan-filter.ts';

/** A request that is in itself well, as what it asks for. */
export type CheckedScanRequest =
  | { readonly kind: 'close'; readonly id: Uint8Array }
  | { readonly kind: 'keep-alive'; readonly id: Uint8Array }
  | { readonly kind: 'continue'; readonly id: Uint8Array; readonly seq: number; readonly batchBytes: number }
  | {
      readonly kind: 'open';
      readonly filter: ScanFilter;
      readonly mode: OpenScan['mode'];
      readonly resumeToken: Uint8Array | undefined;
      readonly batchBytes: number;
    };

const NOTHING = new Uint8Array(0);

const refuse = (message: string): ScanError => new ScanError('invalid-scan-request', message);

/** ScanError `invalid-scan-request` that says what is wrong. */
export function checkScanRequest(request: ScanKvRequest): CheckedScanRequest {
  const { scannerId: id, open } = request;
  if (id === undefined && open === undefined) throw refuse('neither scanner_id nor open: expected one of them');
  if (id !== undefined && open !== undefined) throw refuse('both scanner_id and open: expected one of them');
  if (open !== undefined) return checkOpen(request, open);
  if (id === undefined) throw refuse('no scanner_id');
  if (request.closeScanner) return { kind: 'close', id };
  if (request.keepAlive) return { kind: 'keep-alive', id };
  const { callSeqId: seq } = request;
  if (seq === undefined) throw refuse('no call_seq_id: expected one more than in the last call');
  return { kind: 'continue', id, seq, batchBytes: checkBatchBytes(request) };
}

function checkBatchBytes({ batchSizeBytes }: ScanKvRequest): number {
  if (batchSizeBytes === undefined || batchSizeBytes <= 0)
    throw refuse(`batch_size_bytes ${batchSizeBytes ?? 'absent'}: expected more than 0`);
  return batchSizeBytes;
}

function checkOpen(request: ScanKvRequest, open: OpenScan): CheckedScanRequest {
  if (request.closeScanner || request.keepAlive)
    throw refuse('open with close_scanner or keep_alive: there is no scanner yet');
  if (request.callSeqId !== 0) throw refuse(`call_seq_id ${request.callSeqId ?? 'absent'} with open: expected 0`);
  const { tableId, bucketId, columns, mode, resumeToken } = open;
  const table = scanTableOfId(tableId);
  if (table === undefined) throw refuse(`there is no table ${tableId}`);
  if (open.partitionId !== undefined)
    throw refuse(`partition_id with the table ${table.name}, which has no partitions`);
  const why = whyNotScannable(table, bucketId, columns);
  if (why !== undefined) throw refuse(why);
  const startKey = open.startKey ?? NOTHING;
  const prefix = open.prefix ?? NOTHING;
  for (const [name, bytes] of Object.entries({ start_key: startKey, prefix }))
    if (bytes.length > KEY_BYTES_MAX)
      throw refuse(`${name} of ${bytes.length} bytes: expected at most ${KEY_BYTES_MAX}`);
  const limit = open.limit ?? 0;
  const column = table.columns.find((known) => known === columns[0]) ?? table.columns[0] ?? 'value';
  const rowsMax = limit > 0 ? limit : Number.POSITIVE_INFINITY;
  const filter = { table, bucketId, rowsMax, startKey, prefix, column };
  return { kind: 'open', filter, mode, resumeToken, batchBytes: checkBatchBytes(request) };
}
