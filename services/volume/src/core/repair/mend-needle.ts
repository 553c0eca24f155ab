import { type Needle, needleSizeBytes, tombstoneOf } from '@needlestack/needle-format';
import type { VolumeError } from '@needlestack/service-contracts';
import type { AppendOperation } from '../append/append-operation.ts';
import type { Volume } from '../volume/volume.ts';
import type { NeedleState } from './needle-state.ts';

/**
 * Writes a needle as another holder has it, whatever lies here under its id. False when that is not any more what was compared: a client
 * has changed the needle since.
 * @param replaces where the live needle of that id was seen; 0 when there was none
 * @throws VolumeError `read-only`, `no-space`, `io-error`, `overloaded`, `shutting-down`
 */
export async function mendWrittenNeedle(
  volume: Volume,
  key: bigint,
  needle: Needle,
  replaces: number,
): Promise<boolean> {
  const sizeBytes = needleSizeBytes(needle, volume.opened.superblock.version);
  const recordId = needle.id === key ? undefined : needle.id;
  const isWritten = await append(volume, 'write', { ...needle, id: key }, { sizeBytes, recordId, replaces });
  // The index alone knows this id, so its row cannot be derived again from the record.
  if (isWritten && recordId !== undefined) await volume.opened.log.sync();
  return isWritten;
}

/**
 * Deletes a needle as another holder did. False when it is not any more what was compared.
 * @throws VolumeError as `mendWrittenNeedle`
 */
export function mendDeletedNeedle(volume: Volume, key: bigint, as: NeedleState, replaces: number): Promise<boolean> {
  const tombstone = tombstoneOf(key, as.cookie, as.checksum, 0n);
  return append(volume, 'delete', tombstone, { sizeBytes: 0, recordId: undefined, replaces });
}

function append(
  volume: Volume,
  kind: AppendOperation['kind'],
  needle: Needle,
  {
    sizeBytes,
    recordId,
    replaces,
  }: { readonly sizeBytes: number; readonly recordId: bigint | undefined; readonly replaces: number },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    volume.queue.enqueue({
      kind,
      needle,
      recordId,
      sizeBytes,
      expectedOffsetBytes: replaces,
      fsync: true,
      onAppended: () => resolve(true),
      onStale: () => resolve(false),
      onFailed: (error: VolumeError) => reject(error),
    });
  });
}
