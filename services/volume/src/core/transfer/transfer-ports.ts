import type { ByteSource, VolumeFileName } from '@needlestack/needle-format';

/** What the rules ask of disk and network when whole files go from server to server. */

/** A file open for reading. Its length is the one that it had when it was opened. */
export interface SourceFile extends ByteSource {
  readonly modifiedAtNs: bigint;
  close(): Promise<void>;
}

/** A new file that nobody sees before it is kept. */
export interface IncomingFile {
  write(bytes: Uint8Array): Promise<void>;
  /**
   * On stable storage under its name when this settles.
   * @param modifiedAtMs the time that the file is given; now when absent
   * @throws VolumeError `io-error`, `no-space`
   */
  keep(modifiedAtMs?: number): Promise<void>;
  discard(): Promise<void>;
}

/** The files of a volume that a copy consists of; a volume whose data lies on another store has no `.dat`. */
export const VOLUME_FILE_EXTENSIONS = ['.dat', '.idx', '.vif'] as const;

export type VolumeFileExtension = (typeof VOLUME_FILE_EXTENSIONS)[number];

/** A volume that arrives from another server, beside whatever is there under its id. A crash leaves one of the two, whole. */
export interface VolumeArrival {
  readonly name: VolumeFileName;
  /** Writes at the end of one of the files, which is made with the first call. */
  append(extension: VolumeFileExtension, bytes: Uint8Array): Promise<void>;
  /** Bytes of a file so far; undefined when it was never written to. */
  lengthBytes(extension: VolumeFileExtension): number | undefined;
  /** Puts the new files in the place of the old ones, which nobody may have open. The volume can be opened afterwards. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface ArrivalRequest {
  readonly name: VolumeFileName;
  /** Empty for hard disks. */
  readonly diskType: string;
  readonly neededBytes: number;
}

/** Where a file that another server sends is to lie. */
export interface IncomingFileRequest {
  readonly name: VolumeFileName;
  /** A dot and letters or digits. */
  readonly extension: string;
}

/** The files of this server's data directories, as other servers send and fetch them. */
export interface VolumeTransfers {
  readonly directoryCount: number;
  /** A file beside a mounted volume's own; undefined when there is none. */
  openFile(volume: PlacedVolume, extension: string): Promise<SourceFile | undefined>;
  /** A file of an erasure-coded volume, from whichever directory has it. */
  openShardFile(name: VolumeFileName, extension: string): Promise<SourceFile | undefined>;
  /** @throws VolumeError `no-space` when no directory of that type has room */
  startArrival(request: ArrivalRequest): Promise<VolumeArrival>;
  /** A file beside a mounted volume. */
  receiveFile(volume: PlacedVolume, extension: string): Promise<IncomingFile>;
  /** A file of an erasure-coded volume. 0 lets the server choose the directory. @throws VolumeError `no-space` */
  receiveShardFile(request: IncomingFileRequest, diskId: number): Promise<IncomingFile>;
  /** Makes a volume of the files that were received for it. @throws VolumeError `volume-not-found` when one is missing */
  adoptStaged(name: VolumeFileName, diskType: string): Promise<void>;
  /** A file of a volume that is still to be put together: it keeps the suffix `.copying`. Undefined when no directory has room. */
  receiveStagedFile(request: IncomingFileRequest, diskType: string): Promise<IncomingFile | undefined>;
}

/** A volume and where it lies. */
export interface PlacedVolume {
  readonly volumeId: number;
  readonly collection: string;
  readonly directoryPath: string;
}

/** What another server says about a volume of its own. */
export interface SourceVolumeStatus {
  readonly collection: string;
  readonly diskType: string;
  readonly datBytes: number;
  readonly idxBytes: number;
  readonly datModifiedAtSeconds: number;
  readonly compactionRevision: number;
  /** Its data lies on another store. */
  readonly isRemote: boolean;
}

export interface CopyFileRequest {
  readonly volumeId: number;
  readonly collection: string;
  readonly extension: string;
  readonly compactionRevision: number;
  readonly stopBytes: number;
  /** A missing file is an empty stream and no error. */
  readonly optional: boolean;
  /** The file belongs to shards, which need not be mounted. */
  readonly isShardFile?: boolean;
}

/** A record as another server tails it: header and body as they lie in its file. */
export interface TailedRecord {
  readonly header: Buffer;
  readonly body: Buffer;
  readonly version: number;
}

export interface TailRequest {
  readonly volumeId: number;
  readonly sinceNs: bigint;
  /** 0 for without end. */
  readonly idleTimeoutSeconds: number;
}

/** Other volume servers, ours or SeaweedFS's, by `host:port.grpcPort`. Failures are VolumeError `unreachable`. */
export interface VolumeSources {
  status(address: string, volumeId: number, signal: AbortSignal): Promise<SourceVolumeStatus>;
  /** The bytes of a file as they come. */
  copyFile(address: string, request: CopyFileRequest, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Records as they come, until the source has been idle for so long. */
  tail(address: string, request: TailRequest, signal: AbortSignal): AsyncIterable<TailedRecord>;
}
