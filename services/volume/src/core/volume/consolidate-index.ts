import type { VolumeStore } from '../ports.ts';
import type { Volume } from './volume.ts';

/**
 * Moves the index of a volume to the directory for indexes, if it lies beside its data; writers wait meanwhile. A crash leaves an index in
 * the old place, the new one, or the same one in both.
 * @throws VolumeError `io-error`; the volume then goes on with the index where it was
 */
export async function consolidateIndex(volume: Volume, store: VolumeStore): Promise<void> {
  await volume.queue.pause();
  try {
    await volume.opened.log.sync();
    if (await store.moveIndex(volume.opened)) await volume.replaceFiles(await store.openVolume(volume.volumeId));
  } finally {
    volume.queue.resume();
  }
}
