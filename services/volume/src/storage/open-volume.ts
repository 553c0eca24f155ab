import {
  type ByteSource,
  decodeSuperblock,
  encodeVolumeInfo,
  type OffsetWidth,
  type RemoteFile,
  SUPERBLOCK_BYTES,
  type Superblock,
  type VolumeFileName,
  type VolumeInfo,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { recordSource } from '../core/needles/read-record.ts';
import type { OpenedVolume, RecordFile, VolumeEvents } from '../core/ports.ts';
import type { CachedRecords } from './files/cached-records.ts';
import { isMissingFile, replaceFile } from './files/durable-files.ts';
import { call, callVoid, type FileSystem, OPEN_READ_WRITE, OPEN_SYNCED } from './files/file-system.ts';
import { chooseOffsetWidth } from './index/choose-offset-width.ts';
import { IndexFile } from './index/index-file.ts';
import { NeedleIndexLog } from './index/needle-index-log.ts';
import { readAppendTime, recoverIndex } from './index/recover-index.ts';
import { readVolumeInfo } from './read-volume-info.ts';
import { settleInterruptedCompaction } from './swap-compacted.ts';
import { fileSource, VolumeFile } from './volume-file.ts';
import type { VolumePaths } from './volume-paths.ts';

/*
 * Opening decides one of three things and never ends the process:
 *   writable   the files agree, after recovery of what a crash may leave (recover-index.ts)
 *   read-only  they contradict each other; intact needles are served, `damage` says why nothing is written
 *   refused    there is no telling what they hold: an error, and the files stay as they are
 */

export interface OpenVolumeContext {
  readonly files: FileSystem;
  /** Open the data file so that every write is synced by itself. */
  readonly syncedWrites: boolean;
  /** Larger reads are made of several, so that others of the disk come in between; undefined for one each. */
  readonly readPieceBytes?: number;
  readonly events: VolumeEvents;
  /** What of the disk's records is cached by the system. */
  readonly cachedRecords?: CachedRecords;
  /** Without it volumes whose data lies on another store are refused. */
  readonly openRemote?: OpenRemote;
}

/** Data of a volume that lies on another store. @throws VolumeError `unreachable` when that store is not known */
export type OpenRemote = (file: RemoteFile) => RecordFile;

export interface VolumePlace {
  readonly name: VolumeFileName;
  readonly paths: VolumePaths;
  readonly directoryPath: string;
  readonly diskId: number;
  readonly diskType: string;
}

const SUPERBLOCK_EXTRA_BYTES_MAX = 65_535;
/** Asked of another store at once; no superblock in use is longer. */
const SUPERBLOCK_HEAD_BYTES = 4_096;

/** @throws VolumeError `io-error` when the volume is refused; the message says what was found and what was expected. */
export async function openVolume(context: OpenVolumeContext, place: VolumePlace): Promise<OpenedVolume> {
  const { paths } = place;
  const { files } = context;
  const handles: number[] = [];
  try {
    await settleInterruptedCompaction(paths);
    const { info, missing } = await readVolumeInfo(paths.vif);
    const [remote] = info.files;
    if (remote !== undefined) {
      const idx = await call<number>((done) => files.open(paths.idx, OPEN_READ_WRITE, done));
      handles.push(idx);
      return await openTiered(context, place, info, remote, await IndexFile.over(files, idx));
    }
    const dat = await call<number>((done) =>
      files.open(paths.dat, context.syncedWrites ? OPEN_SYNCED : OPEN_READ_WRITE, done),
    );
    handles.push(dat);
    const idx = await call<number>((done) => files.open(paths.idx, OPEN_READ_WRITE, done));
    handles.push(idx);
    let unsynced: number | undefined;
    if (context.syncedWrites) {
      unsynced = await call<number>((done) => files.open(paths.dat, OPEN_READ_WRITE, done));
      handles.push(unsynced);
    }
    const opened = await openFiles(context, place, info, { dat, unsynced }, await IndexFile.over(files, idx));
    if (missing) await replaceFile(paths.vif, encodeVolumeInfo(opened.info));
    return opened;
  } catch (error) {
    for (const handle of handles) await callVoid((done) => files.close(handle, done)).catch(() => undefined);
    const reason = isMissingFile(error) && handles.length === 1 ? 'it has no index file' : messageOf(error);
    throw new VolumeError('io-error', `volume file ${paths.dat} is refused: ${reason}`, { cause: error });
  }
}

async function openFiles(
  context: OpenVolumeContext,
  place: VolumePlace,
  info: VolumeInfo,
  handles: { readonly dat: number; readonly unsynced: number | undefined },
  idx: IndexFile,
): Promise<OpenedVolume> {
  const { files, events, readPieceBytes, cachedRecords } = context;
  const { dat: datHandle, unsynced: unsyncedHandle } = handles;
  const stats = await call<{ size: number; mtimeMs: number; birthtimeMs: number }>((done) =>
    files.fstat(datHandle, done),
  );
  const dat = fileSource(files, datHandle, stats.size);
  const superblock = decodeSuperblock(
    await dat.read(0, Math.min(SUPERBLOCK_BYTES + SUPERBLOCK_EXTRA_BYTES_MAX, stats.size)),
  );
  const width = await chooseOffsetWidth(info.bytesOffset, idx, dat);
  const recovered = await recoverIndex({ dat, idx, superblock, width });
  const cutBytes = stats.size - recovered.datEndBytes;
  if (cutBytes > 0) {
    await callVoid((done) => files.ftruncate(datHandle, recovered.datEndBytes, done));
    await callVoid((done) => files.fdatasync(datHandle, done));
  }
  if (cutBytes > 0 || recovered.rowsDerived > 0)
    events.tailRecovered(place.name.volumeId, recovered.rowsDerived, cutBytes);
  return {
    ...(await describeRecovered(place, { files, info, superblock, width, dat, idx, recovered })),
    file: new VolumeFile(files, datHandle, recovered.datEndBytes, {
      unsyncedHandle,
      readPieceBytes,
      cachedRecords,
    }),
    modifiedAtMs: stats.mtimeMs,
    createdAtMs: stats.birthtimeMs,
    damage: recovered.damage,
    remote: undefined,
  };
}

/** The index lies here, the data on another store: nothing is cut off there, and a doubt makes the volume damaged. */
async function openTiered(
  { files, openRemote }: OpenVolumeContext,
  place: VolumePlace,
  info: VolumeInfo,
  remote: RemoteFile,
  idx: IndexFile,
): Promise<OpenedVolume> {
  if (openRemote === undefined) throw new VolumeError('unreachable', 'its data lies on another store');
  const file = openRemote(remote);
  const dat = recordSource({ volumeId: place.name.volumeId, file });
  const superblock = decodeSuperblock(await dat.read(0, Math.min(SUPERBLOCK_HEAD_BYTES, dat.lengthBytes)));
  const width = await chooseOffsetWidth(info.bytesOffset, idx, dat);
  const recovered = await recoverIndex({ dat, idx, superblock, width });
  const strange = `the data ends at ${dat.lengthBytes}, its last record at ${recovered.datEndBytes}`;
  return {
    ...(await describeRecovered(place, { files, info, superblock, width, dat, idx, recovered })),
    file,
    modifiedAtMs: Number(remote.modifiedTime) * 1_000,
    createdAtMs: Number(remote.modifiedTime) * 1_000,
    damage: recovered.damage ?? (recovered.datEndBytes === dat.lengthBytes ? undefined : strange),
    remote,
  };
}

/** What is the same wherever the data lies. */
async function describeRecovered(
  place: VolumePlace,
  found: {
    readonly files: FileSystem;
    readonly info: VolumeInfo;
    readonly superblock: Superblock;
    readonly width: OffsetWidth;
    readonly dat: ByteSource;
    readonly idx: IndexFile;
    readonly recovered: Awaited<ReturnType<typeof recoverIndex>>;
  },
): Promise<Omit<OpenedVolume, 'file' | 'modifiedAtMs' | 'createdAtMs' | 'damage' | 'remote'>> {
  const { files, info, superblock, width, dat, idx, recovered } = found;
  return {
    volumeId: place.name.volumeId,
    collection: place.name.collection,
    directoryPath: place.directoryPath,
    diskId: place.diskId,
    diskType: place.diskType,
    superblock: { ...superblock, version: recovered.version },
    info: { ...info, bytesOffset: info.bytesOffset === 0 ? width : info.bytesOffset },
    offsetWidth: width,
    index: recovered.index,
    log: new NeedleIndexLog(files, idx.handle, idx.lengthBytes),
    counters: recovered.counters,
    lastAppendAtNs: await readAppendTime(dat, recovered.newest, recovered.version),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
