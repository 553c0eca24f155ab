import {
  type ByteSource,
  decodeNeedleHeader,
  MIME_BYTES_MAX,
  NAME_BYTES_MAX,
  NEEDLE_HEADER_BYTES,
  type NeedleVersion,
  PAIRS_BYTES_MAX,
  type ScannedNeedle,
  scanNeedles,
  TOMBSTONE_SIZE,
} from '@needlestack/needle-format';
import { LIMITS } from '../core/limits.ts';
import type { IndexedNeedle, NeedleIndex } from '../core/ports.ts';

/*
 * Rows reach the index file without a sync, and after the records they name. So behind the newest row a crash may leave
 *   - whole records without rows: they may have been acknowledged, so their rows are derived again;
 *   - the torn rest of a batch: it was never acknowledged, since a batch is acknowledged only when it is synced as a whole.
 *
 * Within the tail a record whose data does not fit its checksum is taken for torn only when no intact record follows it. If one
 * does, the record is kept and indexed: reading it gives an error, and nothing acknowledged is lost by mistake.
 */

/** Records around one batch: heads, tails and padding on top of its data. */
const TORN_BYTES_MAX = LIMITS.batchBytes + LIMITS.batchNeedles * 128;
/** Everything that a version 2 or 3 body can hold besides its data. */
const SECTIONS_BYTES_MAX = 4 + 1 + 1 + NAME_BYTES_MAX + 1 + MIME_BYTES_MAX + 5 + 2 + 2 + PAIRS_BYTES_MAX;

/** A row that the data file asks for. */
export interface DerivedRow {
  readonly id: bigint;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface RecoveredTail {
  readonly rows: readonly DerivedRow[];
  /** Where the last record worth keeping ends. */
  readonly endBytes: number;
  /**
   * Whether what lies behind is what a crash can leave: at most one batch, or one large record that ends too early. More than that
   * was written and acknowledged once, and must not be cut off.
   */
  readonly restIsTorn: boolean;
}

export interface TailToRecover {
  readonly source: ByteSource;
  readonly version: NeedleVersion;
  readonly startBytes: number;
  readonly endBytes?: number;
  /** Needles known from rows in front of the tail. */
  readonly index: Pick<NeedleIndex, 'get'>;
}

/** Derives the rows of the records in a stretch of the data file. Changes nothing. */
export async function recoverTail(tail: TailToRecover): Promise<RecoveredTail> {
  const { source, version, startBytes } = tail;
  const endBytes = tail.endBytes ?? source.lengthBytes;
  const scan = scanNeedles(source, { version, startBytes, endBytes });
  const found: { readonly row: DerivedRow; readonly endBytes: number; readonly intact: boolean }[] = [];
  const live = new LiveNeedles(tail);
  let step = await scan.next();
  while (!step.done) {
    const { offsetBytes, header, recordBytes, intact } = step.value;
    const sizeBytes = (await live.isTombstone(step.value)) ? TOMBSTONE_SIZE : header.sizeBytes;
    const row = { id: header.id, offsetBytes, sizeBytes };
    live.apply(row);
    found.push({ row, endBytes: offsetBytes + recordBytes, intact });
    step = await scan.next();
  }
  while (found.at(-1)?.intact === false) found.pop();
  const keptEndBytes = found.at(-1)?.endBytes ?? startBytes;
  const restIsTorn =
    endBytes - keptEndBytes <= TORN_BYTES_MAX ||
    (step.value.reason === 'torn-record' &&
      step.value.offsetBytes === keptEndBytes &&
      (await isPlausibleHead(source, keptEndBytes, version)));
  return { rows: found.map(({ row }) => row), endBytes: keptEndBytes, restIsTorn };
}

/** Whether a record that ends too early looks like one: its data size and its size agree. */
async function isPlausibleHead(source: ByteSource, offsetBytes: number, version: NeedleVersion): Promise<boolean> {
  if (version === 1) return false;
  const head = await source.read(offsetBytes, NEEDLE_HEADER_BYTES + 4);
  if (head.length < NEEDLE_HEADER_BYTES + 4) return true;
  const besideDataBytes = head.readInt32BE(12) - head.readUInt32BE(NEEDLE_HEADER_BYTES);
  return besideDataBytes > 4 && besideDataBytes <= SECTIONS_BYTES_MAX;
}

/** Needles as they stand at a point of the scan: what the index knows, overlaid with what the scan has found. */
class LiveNeedles {
  readonly #tail: TailToRecover;
  readonly #found = new Map<bigint, IndexedNeedle>();

  constructor(tail: TailToRecover) {
    this.#tail = tail;
  }

  apply(row: DerivedRow): void {
    this.#found.set(row.id, row);
  }

  /**
   * A record without data is a deletion or an empty file. It is a deletion when it carries cookie and checksum of the needle that
   * is live at that point. (An empty file written over an empty file is never appended: it would be unchanged.)
   */
  async isTombstone({ header, checksum }: ScannedNeedle): Promise<boolean> {
    if (header.sizeBytes !== 0) return false;
    const entry = this.#found.get(header.id) ?? this.#tail.index.get(header.id);
    if (entry === undefined || entry.sizeBytes < 0) return false;
    const { source } = this.#tail;
    const deleted = decodeNeedleHeader(await source.read(entry.offsetBytes, NEEDLE_HEADER_BYTES));
    const checksumBytes = await source.read(entry.offsetBytes + NEEDLE_HEADER_BYTES + entry.sizeBytes, 4);
    return deleted.cookie === header.cookie && checksumBytes.length === 4 && checksumBytes.readUInt32BE(0) === checksum;
  }
}
