/**
 * Where the worker is in its walk over all buckets, so that whoever runs next goes on there: u8 record version (1) | text bucket |
 * text key. All keys of the bucket up to that one are done.
 */
import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import { RecordReader } from '../codec/record-reader.ts';
import { inCurrentVersion, type RecordFormat } from '../codec/record-version.ts';
import { sharedWriter } from '../codec/record-writer.ts';
import { lifecycleCursorKey } from '../keys.ts';

const FORMAT: RecordFormat = { name: 'lifecycle cursor', version: 1, upgrades: {} };

export interface LifecycleCursor {
  readonly bucket: string;
  /** Empty: the bucket is not begun. */
  readonly key: string;
}

export function* readLifecycleCursor(tx: KvReader): KvProgram<LifecycleCursor | undefined> {
  const row = yield* tx.get(lifecycleCursorKey());
  if (row === undefined) return undefined;
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  return { bucket: reader.text(), key: reader.text() };
}

/** Undefined: the walk is over, the next one begins with the first bucket. */
export function writeLifecycleCursor(tx: KvTransaction, cursor: LifecycleCursor | undefined): void {
  if (cursor === undefined) tx.delete(lifecycleCursorKey());
  else
    tx.put(lifecycleCursorKey(), sharedWriter.begin().u8(FORMAT.version).text(cursor.bucket).text(cursor.key).finish());
}
