import { type RemoteStorages, storageNameOf } from '../tiering/remote-ports.ts';
import { settleMove } from '../tiering/settle-move.ts';
import type { VolumeRegistry } from './volume-registry.ts';

export interface VolumeDeletion {
  readonly registry: VolumeRegistry;
  readonly storages: Pick<RemoteStorages, 'get'>;
  readonly signal: AbortSignal;
  /** Refuses a volume with needles. */
  readonly onlyEmpty?: boolean;
  /** Leaves what another store has of it. */
  readonly keepsRemote?: boolean;
}

/**
 * Removes a volume, and what another store has of it. What an interrupted move has left there is removed first, while the note of it still lies
 * here: afterwards nothing would name it any more. So where that store does not answer, the volume stays, unless its data there is to be kept.
 * @throws VolumeError `volume-not-found`, `invalid-argument` when it is not empty, `overloaded`, `unreachable`, `io-error`
 */
export async function deleteVolume(volumeId: number, deletion: VolumeDeletion): Promise<void> {
  const { registry, storages, signal, onlyEmpty = false, keepsRemote = false } = deletion;
  const volume = registry.get(volumeId);
  if (volume !== undefined && !keepsRemote && (await registry.store.moveNotes.read(volume.opened)) !== undefined) {
    await registry.whileHeld(volumeId, () => settleMove(volume, registry.store, storages, signal));
  }
  const remote = keepsRemote ? undefined : volume?.opened.remote;
  await registry.delete(volumeId, onlyEmpty);
  if (remote !== undefined) await storages.get(storageNameOf(remote))?.delete(remote.key, signal);
}
