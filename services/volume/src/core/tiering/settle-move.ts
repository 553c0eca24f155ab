import type { VolumeStore } from '../ports.ts';
import type { Volume } from '../volume/volume.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import type { MoveNote } from './move-note.ts';
import type { RemoteStorages } from './remote-ports.ts';
import { storageNameOf } from './remote-ports.ts';

/** Clearing away does not end with the caller, who may be gone. */
const CLEAR_MS = 30_000;

/**
 * Removes what an interrupted move has left of a volume, and its note. Nothing is done without a note.
 * @throws VolumeError `unreachable`, and the note stays; `io-error`
 */
export async function settleMove(
  volume: Volume,
  store: VolumeStore,
  storages: Pick<RemoteStorages, 'get'>,
  signal?: AbortSignal,
): Promise<void> {
  const { opened } = volume;
  const note = await store.moveNotes.read(opened);
  if (note === undefined) return;
  if (isNamed(volume, note)) {
    if (!note.keepsLocal && opened.remote !== undefined) await store.removeData(opened);
  } else if (!note.keepsRemote) {
    const storage = storages.get(storageNameOf(note));
    // One that is not configured any more may be again.
    if (storage === undefined) return;
    const limit = AbortSignal.timeout(CLEAR_MS);
    await storage.discard(note.key, signal === undefined ? limit : AbortSignal.any([signal, limit]));
  }
  await store.moveNotes.remove(opened);
}

/** The same for all volumes that are open; what cannot be settled now is left for the next time. */
export async function settleMoves(
  registry: VolumeRegistry,
  storages: Pick<RemoteStorages, 'get'>,
  signal: AbortSignal,
): Promise<void> {
  for (const volumeId of await registry.store.moveNotes.volumeIds()) {
    const volume = registry.get(volumeId);
    if (volume === undefined) continue;
    const settle = () => settleMove(volume, registry.store, storages, signal);
    await registry.whileHeld(volumeId, settle).catch(() => undefined);
  }
}

function isNamed({ opened }: Volume, note: MoveNote): boolean {
  return opened.info.files.some(
    ({ backendType, backendId, key }) =>
      backendType === note.backendType && backendId === note.backendId && key === note.key,
  );
}
