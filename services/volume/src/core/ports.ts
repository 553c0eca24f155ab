import type { FileId, Needle, OffsetWidth, RemoteFile, Superblock, VolumeInfo } from '@needlestack/needle-format';
import type { ScrubReport } from './scrub/scrub-report.ts';
import type { DamageWord } from './server-counters.ts';
import type { MoveNotes } from './tiering/move-note.ts';
import type { VolumeTransfers } from './transfer/transfer-ports.ts';

/** What the rules ask of the world. Adapters live in storage/ and peers/. */

export interface Clock {
  /** Nanoseconds since the epoch. */
  nowNs(): bigint;
  /** Milliseconds since the epoch. */
  nowMs(): number;
}

/**
 * The data file of one volume. Owns its handle. Appends come one at a time; reads may overlap with everything.
 */
export interface RecordFile {
  /** Behind the last byte that was appended successfully. */
  readonly endBytes: number;
  /**
   * Writes the buffers one after the other at the end. With `durable` they are on stable storage when `done` is called without
   * error. After an error nothing is known about the bytes behind `endBytes`, which has not moved.
   */
  append(buffers: readonly Uint8Array[], lengthBytes: number, durable: boolean, done: (error?: Error) => void): void;
  /** Reads into `target` from its start. Calls back with the number of bytes read, fewer only at the end of the file. */
  read(
    target: Uint8Array,
    lengthBytes: number,
    offsetBytes: number,
    done: (error: Error | undefined, bytesRead: number) => void,
  ): void;
  /** Whether memory very likely holds these bytes, so that `readNow` may be called. */
  isAtHand(lengthBytes: number, offsetBytes: number): boolean;
  /** Reads bytes that are at hand. @returns the number of bytes read, fewer only at the end of the file @throws the system's error */
  readNow(target: Uint8Array, lengthBytes: number, offsetBytes: number): number;
  /** Cuts off what a failed append may have left behind `endBytes`. */
  truncateToEnd(): Promise<void>;
  /** Everything appended so far is on stable storage when this settles. */
  sync(): Promise<void>;
  /** Waits for reads under way. */
  close(): Promise<void>;
}

/** The append-only index file. Rows are not synced: what a crash takes is derived again from the data file. */
export interface IndexLog {
  /** Takes rows in the order of their records; never waits. The bytes are copied. */
  append(rows: Uint8Array): void;
  /** Behind the last row that the file holds. */
  readonly endBytes: number;
  /** Settles when all rows taken so far are with the operating system. Rejects when a write failed. */
  flush(): Promise<void>;
  /** Settles when all rows taken so far are on stable storage; for rows that no record stands behind. */
  sync(): Promise<void>;
  /** Bytes of the file in front of `endBytes`; fewer than asked only there. */
  read(offsetBytes: number, lengthBytes: number): Promise<Buffer>;
  /** How long the file is, which is `endBytes` unless somebody else wrote to it. */
  fileBytes(): Promise<number>;
  /** Set once a write failed; rows since then exist in the data file only, until `retry`. */
  readonly failure: Error | undefined;
  /** Forgets a failure and writes what it held back. False when that cannot be done: rows had to be dropped. */
  retry(): boolean;
  close(): Promise<void>;
}

/** Where a needle lies. */
export interface IndexedNeedle {
  readonly offsetBytes: number;
  /** The record's size field; below 0 when deleted: -1 for an empty file, else the size negated. */
  readonly sizeBytes: number;
}

/** All needles of a volume, deleted ones included until the volume is opened again. */
export interface NeedleIndex {
  /** Needles, deleted ones included. */
  readonly count: number;
  /** Bytes of memory held. */
  readonly memoryBytes: number;
  get(id: bigint): IndexedNeedle | undefined;
  put(id: bigint, offsetBytes: number, sizeBytes: number): void;
  entries(): Iterable<readonly [id: bigint, needle: IndexedNeedle]>;
}

/** Sums over the index rows of a volume, as they are reported to the master. */
export interface VolumeCounters {
  /** Writes. */
  fileCount: number;
  /** Deletions and overwrites. */
  deleteCount: number;
  deletedBytes: number;
  /** Sum of the sizes of all writes. */
  contentBytes: number;
  /** Largest needle id seen. */
  maxNeedleId: bigint;
}

/** A volume as storage hands it to the rules. */
export interface OpenedVolume {
  readonly volumeId: number;
  readonly collection: string;
  readonly directoryPath: string;
  readonly diskId: number;
  readonly diskType: string;
  readonly superblock: Superblock;
  readonly info: VolumeInfo;
  readonly offsetWidth: OffsetWidth;
  readonly file: RecordFile;
  readonly index: NeedleIndex;
  readonly log: IndexLog;
  readonly counters: VolumeCounters;
  /** Append time of the newest record; 0 when there is none. */
  readonly lastAppendAtNs: bigint;
  readonly modifiedAtMs: number;
  /** When the data file was made, which a compaction or a copy does anew; 0 when it is not known. */
  readonly createdAtMs: number;
  /** Why the volume must not be written, as found while opening. */
  readonly damage: string | undefined;
  /** Where the data lies when it is not here: on another store, from which it can only be read. */
  readonly remote: RemoteFile | undefined;
}

export interface CreateVolumeRequest {
  readonly volumeId: number;
  readonly collection: string;
  readonly superblock: Superblock;
  /** Empty for hard disks. */
  readonly diskType: string;
}

/** The new pair of files that a compaction writes beside the volume's own. */
export interface CompactionFiles {
  /** Rows of the volume's index from a position on, whole rows only; fewer at the end of the file. */
  readRows(fromBytes: number, lengthBytes: number): Promise<Buffer>;
  /** Where the next record will lie. */
  readonly endBytes: number;
  /** Appends records, and the rows that point at them. */
  append(records: readonly Uint8Array[], rows: Uint8Array): Promise<void>;
  /** Puts the new pair in the place of the old one, so that a crash at any step leaves one of them whole. */
  commit(): Promise<void>;
  /** Set when `commit` failed so late that the next opening takes the new pair: what is written to the old one would be lost. */
  readonly isDecided: boolean;
  /** Removes what was written, unless it is decided. */
  discard(): Promise<void>;
}

export interface DiskStatus {
  readonly path: string;
  readonly diskType: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** 0 for as many as there is room for. */
  readonly volumesMax: number;
  readonly diskId: number;
  readonly tags: readonly string[];
  /** What the operator wants to stay free. */
  readonly reservedBytes: number;
  /** Less than that is free: nothing but deletions is written. */
  readonly isLow: boolean;
  /** Why the directory cannot be used at the moment. */
  readonly problem: string | undefined;
}

/** All data directories of this server. */
export interface VolumeStore {
  /** One id per data directory, so that the master notices a copied one. */
  readonly directoryUuids: readonly string[];
  /** @throws VolumeError `no-space` when every fitting directory is at its maximum, `invalid-argument`, `io-error` */
  createVolume(request: CreateVolumeRequest): Promise<OpenedVolume>;
  /** Volumes whose data file is there, open or not. */
  listVolumeIds(): Promise<readonly number[]>;
  /** Volumes of which only index and info file are left: their data file is gone, and no shards of them lie beside. */
  listLostVolumeIds(): Promise<readonly number[]>;
  /**
   * Keeps the data and index file of a volume under further names, `.damaged` behind their own, whatever becomes of the volume. What was
   * kept before stays. Nobody may have to write to them any more.
   */
  keepAside(volumeId: number): Promise<void>;
  /** Opens a volume whose files are there. @throws VolumeError `volume-not-found`, `io-error` */
  openVolume(volumeId: number): Promise<OpenedVolume>;
  /** Moves an index from beside its data to the directory for indexes. False when there is nothing to move. */
  moveIndex(volume: Pick<OpenedVolume, 'volumeId' | 'collection' | 'directoryPath'>): Promise<boolean>;
  /** Removes the local data of a volume whose data lies on another store. */
  removeData(volume: Pick<OpenedVolume, 'volumeId' | 'collection' | 'directoryPath'>): Promise<void>;
  /** Removes the files of a closed volume. */
  deleteVolume(volume: Pick<OpenedVolume, 'volumeId' | 'collection' | 'directoryPath'>): Promise<void>;
  /** Starts the new pair of files of a compaction; its superblock counts one revision more. */
  startCompaction(volume: OpenedVolume): Promise<CompactionFiles>;
  /** Writes the `.vif` so that it survives a crash. */
  saveInfo(volume: Pick<OpenedVolume, 'volumeId' | 'collection' | 'directoryPath'>, info: VolumeInfo): Promise<void>;
  /** Answers soon even when a disk does not: with what was known of it, and `problem`. */
  diskStatuses(): Promise<readonly DiskStatus[]>;
  /** Files that come from other servers, or go there. */
  readonly transfers: VolumeTransfers;
  /** Moves of data to other stores and back that are under way. */
  readonly moveNotes: MoveNotes;
  close(): Promise<void>;
}

/** What the rules tell about themselves; adapters log and count. */
export interface VolumeEvents {
  /** One group commit is on stable storage (or with the kernel, in mode `never`). */
  batchAppended(records: number, lengthBytes: number, seconds: number): void;
  volumeTurnedReadOnly(volumeId: number, reason: string, cause: Error | undefined): void;
  tailRecovered(volumeId: number, rowsDerived: number, bytesCut: number): void;
  volumeRefused(path: string, cause: Error): void;
  replicaFailed(volumeId: number, url: string, cause: Error): void;
  /** A read found that the record of a needle is not what was written. */
  needleDamaged(volumeId: number, key: bigint, word: DamageWord | undefined): void;
  /** What lies beside the data of a needle cannot be read; the needle is given without. */
  sectionsUnreadable(volumeId: number, key: bigint): void;
  /** A volume was read through in the background. */
  volumeScrubbed(volumeId: number, report: ScrubReport): void;
}

/** A needle write as another server takes it. */
export interface ReplicaWrite {
  readonly fileId: FileId;
  readonly needle: Needle;
  readonly fsync: boolean;
  /** The caller's token, handed on. */
  readonly authorization: string | undefined;
}

export type ReplicaDelete = Omit<ReplicaWrite, 'needle' | 'fsync'>;

/** The other holders of volumes. */
export interface ReplicaPeers {
  /**
   * HTTP addresses of the other servers that hold the volume. May answer from memory once as many as `wanted` were known.
   * @throws VolumeError `unreachable`
   */
  otherHolders(volumeId: number, wanted: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** Resolves when the other server has the needle on stable storage. */
  write(url: string, request: ReplicaWrite, signal?: AbortSignal): Promise<void>;
  /** A missing needle is no error. */
  delete(url: string, request: ReplicaDelete, signal?: AbortSignal): Promise<void>;
}
