import type { RemoteFile } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { VolumeStore } from '../ports.ts';
import { receiveFile } from '../transfer/receive-file.ts';
import type { Volume } from '../volume/volume.ts';
import type { MoveNote } from './move-note.ts';
import type { RemoteStorage, RemoteStorages } from './remote-ports.ts';
import { settleMove } from './settle-move.ts';

/*
 * Moving the data of a volume to another store and back. The index stays here; the info file says where the data is.
 *
 *   there: no more writes -> note -> upload -> info file names the object -> data read from there -> local data removed -> note removed
 *   back:  note -> download beside the volume -> data in place -> info file names no object -> data read from here -> object removed -> note removed
 *
 * Invariants
 * T1 The info file never names an object that is not there whole: it is written behind the upload, and in front of the removal.
 * T2 A crash leaves data in one place that the info file names, and at worst a second copy, which the note names.
 * T3 The note is on stable storage before anything that it may be needed for; the next start or move clears away what it names.
 */

/** Where a move may be interrupted. */
export const TIER_STEPS = [
  'there: noted',
  'there: uploaded',
  'there: info names the object',
  'there: read from the object',
  'there: local data removed',
  'there: note removed',
  'back: noted',
  'back: data in place',
  'back: info names no object',
  'back: read from here',
  'back: object removed',
  'back: note removed',
] as const;

export type TierStep = (typeof TIER_STEPS)[number];

export interface TierParts {
  readonly store: VolumeStore;
  readonly storages: RemoteStorages;
  /** Where the data goes or comes from. */
  readonly storage: RemoteStorage;
  /** Tells how many bytes have gone. */
  readonly onProgress: (movedBytes: number) => void;
  /** Called when a step is done. Tests end the process in it. */
  readonly onStep: (step: TierStep) => void;
  readonly signal: AbortSignal;
}

/** @throws VolumeError `unreachable`, `no-space`, `io-error`; the volume then goes on as it was */
export async function moveToRemote(volume: Volume, parts: TierParts, keepsLocal: boolean): Promise<void> {
  const { store, storage, storages, onStep } = parts;
  await settleMove(volume, store, storages);
  const wasWritable = volume.isWritable;
  volume.apply('mark-read-only');
  try {
    await volume.queue.drain();
    await volume.opened.file.sync();
    await volume.opened.log.sync();
    const { type: backendType, id: backendId } = storage;
    const note = { backendType, backendId, key: storage.newKey(), keepsLocal, keepsRemote: false };
    await store.moveNotes.save(volume.opened, note);
    onStep('there: noted');
    await switchToRemote(volume, note, parts);
  } catch (error) {
    if (wasWritable) volume.apply('mark-writable');
    throw error;
  }
  if (!keepsLocal) await store.removeData(volume.opened);
  onStep('there: local data removed');
  await store.moveNotes.remove(volume.opened);
  onStep('there: note removed');
}

async function switchToRemote(volume: Volume, note: MoveNote, parts: TierParts): Promise<void> {
  const { store, onStep } = parts;
  const { opened } = volume;
  let isNamed = false;
  try {
    const file = await upload(volume, note, parts);
    onStep('there: uploaded');
    isNamed = true;
    await store.saveInfo(opened, { ...opened.info, files: [...opened.info.files, file] });
    onStep('there: info names the object');
    await useFiles(volume, store);
    onStep('there: read from the object');
  } catch (error) {
    if (isNamed) await store.saveInfo(opened, opened.info);
    // When the store cannot be reached the note stays, and the next start clears away.
    await settleMove(volume, store, parts.storages).catch(() => undefined);
    throw error;
  }
}

async function upload(volume: Volume, note: MoveNote, parts: TierParts): Promise<RemoteFile> {
  const { store, storage, onProgress, signal } = parts;
  const { backendType, backendId, key } = note;
  const source = await store.transfers.openFile(volume.opened, '.dat');
  if (source === undefined) throw new VolumeError('io-error', `volume ${volume.volumeId} has no data file`);
  try {
    await storage.upload(key, source, onProgress, signal);
  } finally {
    await source.close();
  }
  const fileSize = BigInt(source.lengthBytes);
  const modifiedTime = source.modifiedAtNs / 1_000_000_000n;
  return { backendType, backendId, key, offset: 0n, fileSize, modifiedTime, extension: '.dat' };
}

/** @throws VolumeError `unreachable`, `no-space`, `io-error`; the volume then goes on as it was, or with its data here and the object left to be removed */
export async function moveFromRemote(
  volume: Volume,
  file: RemoteFile,
  parts: TierParts,
  keepsRemote: boolean,
): Promise<void> {
  const { store, storage, storages, onStep, signal } = parts;
  const { opened } = volume;
  await settleMove(volume, store, storages);
  const kept = await store.transfers.openFile(opened, '.dat');
  await kept?.close();
  const { backendType, backendId, key } = file;
  await store.moveNotes.save(opened, { backendType, backendId, key, keepsLocal: kept !== undefined, keepsRemote });
  onStep('back: noted');
  await switchToLocal(volume, file, parts);
  if (!keepsRemote) await storage.delete(key, signal);
  onStep('back: object removed');
  await store.moveNotes.remove(opened);
  onStep('back: note removed');
}

async function switchToLocal(volume: Volume, file: RemoteFile, parts: TierParts): Promise<void> {
  const { store, storage, storages, onProgress, onStep, signal } = parts;
  const { opened } = volume;
  let isChanged = false;
  try {
    const target = await store.transfers.receiveFile(opened, '.dat');
    const modifiedAtMs = Number(file.modifiedTime) * 1_000;
    const bytes = countBytes(storage.download(file.key, signal), onProgress);
    await receiveFile(target, bytes, Number(file.fileSize), modifiedAtMs);
    onStep('back: data in place');
    const [, ...others] = opened.info.files;
    isChanged = true;
    await store.saveInfo(opened, { ...opened.info, files: others });
    onStep('back: info names no object');
    await useFiles(volume, store);
    onStep('back: read from here');
  } catch (error) {
    if (isChanged) await store.saveInfo(opened, opened.info);
    await settleMove(volume, store, storages).catch(() => undefined);
    throw error;
  }
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
