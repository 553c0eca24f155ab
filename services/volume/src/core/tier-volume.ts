import type { RemoteFile } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { VolumeStore } from './ports.ts';
import { receiveFile } from './receive-file.ts';
import type { RemoteStorage } from './remote-ports.ts';
import type { Volume } from './volume.ts';

/*
 * Moving the data of a volume to another store and back. The index stays here; the info file says where the data is.
 *
 *   there: no more writes -> upload -> info file names the object -> data read from there -> local data removed
 *   back:  download beside the volume -> data in place -> info file names no object -> data read from here -> object removed
 *
 * Invariants
 * T1 The info file never names an object that is not there whole: it is written behind the upload, and in front of the removal.
 * T2 A crash leaves data in one place that the info file names, and at worst a second copy that nobody names.
 */

export interface TierParts {
  readonly store: VolumeStore;
  readonly storage: RemoteStorage;
  /** Tells how many bytes have gone. */
  readonly onProgress: (movedBytes: number) => void;
  readonly signal: AbortSignal;
}

/** @throws VolumeError `unreachable`, `io-error`; the volume then goes on as it was */
export async function moveToRemote(volume: Volume, parts: TierParts, keepsLocal: boolean): Promise<void> {
  const wasWritable = volume.isWritable;
  volume.apply('mark-read-only');
  try {
    await volume.queue.drain();
    await volume.opened.file.sync();
    await volume.opened.log.sync();
    await switchToRemote(volume, parts);
  } catch (error) {
    if (wasWritable) volume.apply('mark-writable');
    throw error;
  }
  if (!keepsLocal) await parts.store.removeData(volume.opened);
}

async function switchToRemote(volume: Volume, { store, storage, onProgress, signal }: TierParts): Promise<void> {
  const { opened } = volume;
  const source = await store.transfers.openFile(opened, '.dat');
  if (source === undefined) throw new VolumeError('io-error', `volume ${volume.volumeId} has no data file`);
  let key: string;
  try {
    key = await storage.upload(source, onProgress, signal);
  } finally {
    await source.close();
  }
  const file: RemoteFile = {
    backendType: storage.type,
    backendId: storage.id,
    key,
    offset: 0n,
    fileSize: BigInt(source.lengthBytes),
    modifiedTime: source.modifiedAtNs / 1_000_000_000n,
    extension: '.dat',
  };
  try {
    await store.saveInfo(opened, { ...opened.info, files: [...opened.info.files, file] });
    await useFiles(volume, store);
  } catch (error) {
    await store.saveInfo(opened, opened.info);
    await storage.delete(key, signal).catch(() => undefined);
    throw error;
  }
}

/** @throws VolumeError `unreachable`, `no-space`, `io-error`; the volume then goes on as it was */
export async function moveFromRemote(
  volume: Volume,
  file: RemoteFile,
  parts: TierParts,
  keepsRemote: boolean,
): Promise<void> {
  const { store, storage, onProgress, signal } = parts;
  const { opened } = volume;
  const target = await store.transfers.receiveFile(opened, '.dat');
  const lengthBytes = Number(file.fileSize);
  const modifiedAtMs = Number(file.modifiedTime) * 1_000;
  await receiveFile(target, countBytes(storage.download(file.key, signal), onProgress), lengthBytes, modifiedAtMs);
  const [, ...others] = opened.info.files;
  await store.saveInfo(opened, { ...opened.info, files: others });
  await useFiles(volume, store);
  if (!keepsRemote) await storage.delete(file.key, signal);
}

/** Goes on with the files that the info file names now. */
async function useFiles(volume: Volume, store: VolumeStore): Promise<void> {
  await volume.queue.pause();
  try {
    await volume.replaceFiles(await store.openVolume(volume.volumeId));
  } finally {
    volume.queue.resume();
  }
}

async function* countBytes(
  pieces: AsyncIterable<Uint8Array>,
  onProgress: (movedBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let movedBytes = 0;
  for await (const piece of pieces) {
    yield piece;
    movedBytes += piece.length;
    onProgress(movedBytes);
  }
}
