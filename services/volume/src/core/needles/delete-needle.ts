import { indexRowBytes, type Needle, TOMBSTONE_SIZE, tombstoneOf, writeIndexRow } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { AppendOperation } from '../append/append-operation.ts';
import { LIMITS } from '../limits.ts';
import type { IndexedNeedle } from '../ports.ts';
import type { Volume } from '../volume/volume.ts';
import { cookieMismatch } from './read-needle.ts';
import { readIdentity } from './read-record.ts';

export interface DeleteNeedleOptions {
  /** Undefined skips the check. */
  readonly cookie: number | undefined;
  readonly fsync?: boolean;
}

/**
 * Appends a tombstone. Resolves with the size field of the deleted needle, or undefined when there was none.
 * @throws VolumeError `cookie-mismatch`, `read-only`, `no-space`, `io-error`, `checksum-mismatch`, `overloaded`, `shutting-down`
 */
export function deleteNeedle(volume: Volume, id: bigint, options: DeleteNeedleOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const prepare = (attempt: number): void => {
      const entry = volume.opened.index.get(id);
      if (entry === undefined || entry.sizeBytes < 0) {
        resolve(undefined);
        return;
      }
      const retry = (): void => {
        if (attempt < LIMITS.appendRetries) {
          prepare(attempt + 1);
          return;
        }
        reject(new VolumeError('overloaded', `needle ${id} is being changed by too many others`));
      };
      const { opened } = volume;
      enqueueDelete(volume, id, entry, options, resolve, reject, retry).catch((error: unknown) => {
        // A compaction may have closed the files below the look at the needle.
        if (volume.opened !== opened) retry();
        else reject(error);
      });
    };
    prepare(1);
  });
}

/**
 * A deletion in a volume whose data lies on another store is an index row without a record. Nothing could derive it again, so it is
 * synced before the answer.
 */
async function deleteTiered(volume: Volume, operation: AppendOperation, entry: IndexedNeedle): Promise<void> {
  const { index, log, offsetWidth } = volume.opened;
  const { id } = operation.needle;
  const live = index.get(id);
  if (live?.offsetBytes !== entry.offsetBytes || live.sizeBytes < 0) {
    operation.onStale();
    return;
  }
  volume.recordAppended(operation, 0);
  const row = Buffer.allocUnsafe(indexRowBytes(offsetWidth));
  writeIndexRow(row, 0, id, 0, TOMBSTONE_SIZE, offsetWidth);
  log.append(row);
  await log.sync();
  operation.onAppended();
}

async function enqueueDelete(
  volume: Volume,
  id: bigint,
  entry: IndexedNeedle,
  options: DeleteNeedleOptions,
  resolve: (sizeBytes: number) => void,
  reject: (error: VolumeError) => void,
  onStale: () => void,
): Promise<void> {
  const refusal = volume.refusal('delete');
  if (refusal !== undefined) throw refusal;
  const { header, checksum } = await readIdentity(volume.opened, id, entry, options.cookie);
  if (options.cookie !== undefined && header.cookie !== options.cookie) throw cookieMismatch(volume.volumeId, id);
  const needle: Needle = tombstoneOf(id, header.cookie, checksum, 0n);
  const operation: AppendOperation = {
    kind: 'delete',
    needle,
    sizeBytes: 0,
    expectedOffsetBytes: entry.offsetBytes,
    fsync: options.fsync === true,
    onAppended: () => resolve(entry.sizeBytes),
    onFailed: reject,
    onStale,
  };
  if (volume.state === 'tiered') await deleteTiered(volume, operation, entry);
  else volume.queue.enqueue(operation);
}
