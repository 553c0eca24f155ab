import {
  decodeIndexEntry,
  decodeNeedle,
  decodeNeedleHeader,
  FormatError,
  type IndexEntry,
  indexRowBytes,
  NEEDLE_HEADER_BYTES,
  TOMBSTONE_SIZE,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { findRowAppendedAfter } from '../append/append-position.ts';
import { LIMITS } from '../limits.ts';
import { readExactly, readRecord } from '../needles/read-record.ts';
import type { OpenedVolume } from '../ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import type { Volume } from '../volume/volume.ts';
import { bucketOf } from './digest-needles.ts';
import type { NeedleState } from './needle-state.ts';

/** All needles of some buckets, those of which a row was appended after a time, or those of these ids. */
export type NeedleSelection =
  | { readonly kind: 'buckets'; readonly buckets: ReadonlySet<number> }
  | { readonly kind: 'since'; readonly sinceNs: bigint }
  | { readonly kind: 'keys'; readonly keys: ReadonlySet<bigint> };

type Row = Pick<IndexEntry, 'id' | 'offsetBytes' | 'sizeBytes'>;

const CHECKSUM_BYTES = 4;
const TIME_BYTES = 8;
/** Records up to this length are read with one call, longer ones without their data. */
const WHOLE_RECORD_BYTES = 4_096;

/**
 * What a volume knows of needles, in no promised order. Data is read, and its checksum verified, for needles alone that are asked for by
 * their ids. Deletions come from the rows of the index file, which remembers them until a
 * compaction; one that was deleted several times may come several times, the last one last.
 * @throws VolumeError `io-error` when the index cannot be read, or the files were replaced meanwhile: ask again
 */
export async function* listNeedleStates(
  volume: Volume,
  selection: NeedleSelection,
  pacer: BytePacer,
  signal: AbortSignal,
): AsyncGenerator<NeedleState> {
  const { opened } = volume;
  const describe = selection.kind === 'keys' ? verifyRow : describeRow;
  for await (const rows of selectRows(volume, selection, signal)) {
    await pacer.pass(rows.length * LIMITS.describedNeedleBytes, signal);
    if (selection.kind === 'keys') await pacer.pass(bytesOf(rows), signal);
    const states = await Promise.all(rows.map((row) => describe(opened, row)));
    if (volume.opened !== opened) {
      throw new VolumeError('io-error', `the files of volume ${volume.volumeId} were replaced`);
    }
    yield* states;
  }
}

/** What the record of a row says; `damaged` when it cannot be read, or is another one. Its data is not looked at. */
export async function describeRow(opened: OpenedVolume, row: Row): Promise<NeedleState> {
  const { id: key, offsetBytes } = row;
  const sizeBytes = Math.max(row.sizeBytes, 0);
  const kind = row.sizeBytes < 0 ? 'deleted' : 'live';
  if (offsetBytes === 0 && row.sizeBytes === TOMBSTONE_SIZE)
    return { key, kind, cookie: 0, checksum: 0, sizeBytes, appendAtNs: 0n, offsetBytes };
  try {
    const { head, tail } = await readEnds(opened, offsetBytes, sizeBytes);
    const header = decodeNeedleHeader(head);
    const isSame = header.sizeBytes === sizeBytes && header.id === key && row.sizeBytes >= TOMBSTONE_SIZE;
    const appendAtNs = tail.length > CHECKSUM_BYTES ? tail.readBigUInt64BE(CHECKSUM_BYTES) : 0n;
    const { cookie } = header;
    const checksum = tail.readUInt32BE(0);
    if (isSame) return { key, kind, cookie, checksum, sizeBytes, appendAtNs, offsetBytes };
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
  }
  // A deletion without its record may be a damaged row: nothing must be deleted for it elsewhere.
  return { key, kind: 'damaged', cookie: 0, checksum: 0, sizeBytes, appendAtNs: 0n, offsetBytes };
}

/** The same; a record whose data is not what its checksum says is `damaged` too. */
async function verifyRow(opened: OpenedVolume, row: Row): Promise<NeedleState> {
  const state = await describeRow(opened, row);
  if (state.kind !== 'live') return state;
  try {
    decodeNeedle(await readRecord(opened, state.offsetBytes, state.sizeBytes), opened.superblock.version);
    return state;
  } catch (error) {
    // Sections beside the data that cannot be told apart do not make the data wrong.
    if (error instanceof FormatError && error.code === 'bad-sections') return state;
    if (!(error instanceof FormatError || error instanceof VolumeError)) throw error;
    return { ...state, kind: 'damaged' };
  }
}

function bytesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { sizeBytes }) => sum + Math.max(sizeBytes, 0), 0);
}

async function readEnds(
  opened: OpenedVolume,
  offsetBytes: number,
  sizeBytes: number,
): Promise<{ readonly head: Buffer; readonly tail: Buffer }> {
  const tailBytes = CHECKSUM_BYTES + (opened.superblock.version === 3 ? TIME_BYTES : 0);
  const tailAt = NEEDLE_HEADER_BYTES + sizeBytes;
  if (tailAt + tailBytes <= WHOLE_RECORD_BYTES) {
    const record = await readExactly(opened, offsetBytes, tailAt + tailBytes);
    return { head: record.subarray(0, NEEDLE_HEADER_BYTES), tail: record.subarray(tailAt) };
  }
  const [head, tail] = await Promise.all([
    readExactly(opened, offsetBytes, NEEDLE_HEADER_BYTES),
    readExactly(opened, offsetBytes + tailAt, tailBytes),
  ]);
  return { head, tail };
}

/** The rows that count, in bundles. Live needles are known by the index in memory, so that only deletions ask for the file. */
async function* selectRows(volume: Volume, selection: NeedleSelection, signal: AbortSignal): AsyncGenerator<Row[]> {
  const { opened } = volume;
  switch (selection.kind) {
    case 'buckets':
      yield* scanRows(opened, 0, (id) => selection.buckets.has(bucketOf(id)), signal);
      return;
    case 'since': {
      const firstRow = await findRowAppendedAfter(volume, selection.sinceNs);
      if (firstRow !== undefined) yield* scanRows(opened, firstRow, () => true, signal);
      return;
    }
    case 'keys': {
      const live: Row[] = [];
      const rest = new Set<bigint>();
      for (const id of selection.keys) {
        const entry = opened.index.get(id);
        if (entry !== undefined && entry.sizeBytes >= 0) live.push({ id, ...entry });
        else rest.add(id);
      }
      for (let at = 0; at < live.length; at += LIMITS.describedNeedles) {
        yield live.slice(at, at + LIMITS.describedNeedles);
      }
      if (rest.size > 0) yield* scanRows(opened, 0, (id) => rest.has(id), signal);
    }
  }
}

/** Rows from one on that are the newest of their needle, as far as the index in memory tells. */
async function* scanRows(
  opened: OpenedVolume,
  firstRow: number,
  isWanted: (id: bigint) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  const { log, offsetWidth, index } = opened;
  await log.flush();
  const rowBytes = indexRowBytes(offsetWidth);
  const endBytes = log.endBytes - (log.endBytes % rowBytes);
  let rows: Row[] = [];
  for (let at = firstRow * rowBytes; at < endBytes; ) {
    signal.throwIfAborted();
    const window = await log.read(at, Math.min(LIMITS.describedRows * rowBytes, endBytes - at));
    const wholeBytes = window.length - (window.length % rowBytes);
    if (wholeBytes === 0) break;
    for (let row = 0; row < wholeBytes; row += rowBytes) {
      if (!isWanted(window.readBigUInt64BE(row))) continue;
      const entry = decodeIndexEntry(window, row, offsetWidth);
      const known = index.get(entry.id);
      const isLive = known !== undefined && known.sizeBytes >= 0;
      if (entry.sizeBytes < 0 ? isLive : !isLive || known.offsetBytes !== entry.offsetBytes) continue;
      rows.push(entry);
      if (rows.length < LIMITS.describedNeedles) continue;
      yield rows;
      rows = [];
    }
    at += wholeBytes;
  }
  if (rows.length > 0) yield rows;
}
