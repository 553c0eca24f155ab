import type { ChannelSecurity, ServerSecurity } from '@needlestack/rpc';
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { FsyncMode } from './core/append/append-queue.ts';
import type { EcStep } from './core/shards/ec-ports.ts';
import type { StorageBackendOptions } from './core/tiering/remote-ports.ts';
import type { TierStep } from './core/tiering/tier-volume.ts';
import type { DataDirectoryOptions } from './storage/data-directory.ts';
import type { FileSystem } from './storage/files/file-system.ts';

/** What becomes of a read for a volume that is not here: not found, fetched from a holder, or the client is sent there. */
export const READ_MODES = ['local', 'proxy', 'redirect'] as const;
export type ReadMode = (typeof READ_MODES)[number];

/** SeaweedFS's names for its index kinds. All of them are the one compact index here, which takes less memory than any of those. */
export const INDEX_KINDS = ['memory', 'leveldb', 'leveldbMedium', 'leveldbLarge'] as const;
export type IndexKind = (typeof INDEX_KINDS)[number];

/** Who may do what over HTTP and the administrative gRPC methods; may change while the server runs. */
export interface AccessOptions {
  /** Keys that sign file tokens (`jwt.signing.key`, `jwt.signing.read.key`). */
  readonly writeKey?: string;
  readonly readKey?: string;
  /** Addresses and networks that may change things; none for all. */
  readonly whiteList?: readonly string[];
  /** Show the status page although a write key is set. */
  readonly showsUi?: boolean;
}

/** When copies of volumes are compared; the defaults are `REPAIR_DEFAULTS`. */
export interface RepairOptions {
  /** Each volume with several copies is compared once in this time; 0 for only after something has happened. */
  readonly everyMs?: number;
  /** The content of all its needles is compared once in this time. */
  readonly deepEveryMs?: number;
  /** Pause before another try while copies differ; it doubles up to `everyMs`. */
  readonly retryMs?: number;
  /** A difference that lasts so long is not one of a change that is under way. */
  readonly settleMs?: number;
  /** A shard that no server has had for so long is made again. */
  readonly lostShardMs?: number;
  /** How fast needles are looked at and carried over; `maintenanceBytesPerSecond` when that is set. */
  readonly bytesPerSecond?: number;
}

export const REPAIR_DEFAULTS = {
  everyMs: 10 * 60_000,
  deepEveryMs: 7 * 24 * 3_600_000,
  retryMs: 2_000,
  settleMs: 2_000,
  lostShardMs: 15 * 60_000,
  bytesPerSecond: 32 * 2 ** 20,
} as const satisfies RepairOptions;

/** Everything that an operator, or a test, can decide about a volume server. */
export interface VolumeServiceOptions extends AccessOptions {
  readonly directories: readonly DataDirectoryOptions[];
  /** Address to listen on. Loopback unless given; another one needs `security`. */
  readonly host?: string;
  /** HTTP port; 0 (the default) lets the system choose. */
  readonly port?: number;
  readonly grpcPort?: number;
  /** A second HTTP port that only reads; the same as `port`, or absent, for none. */
  readonly publicPort?: number;
  /** The address under which others reach this server; `host` unless given. */
  readonly ip?: string;
  /** The address that clients are told; `ip:port` unless given. */
  readonly publicUrl?: string;
  /** Stable name for the master; `ip:port` unless given. */
  readonly id?: string;
  /** gRPC addresses of the masters. Without any no heartbeats are sent. */
  readonly masters?: readonly string[];
  /** Waits before the masters are asked again whether another server has our directories. */
  readonly duplicateWaitsMs?: readonly number[];
  readonly dataCenter?: string;
  readonly rack?: string;
  readonly pulseMs?: number;
  /** Pause between looks at the disks. */
  readonly diskCheckMs?: number;
  /** How often a tail that another server follows looks for new records. */
  readonly tailPauseMs?: number;
  /** When appends reach stable storage; `group` unless given. */
  readonly fsync?: FsyncMode;
  readonly fileSizeBytesMax?: number;
  /** What becomes of a read for a volume that is not here; `proxy` unless given. */
  readonly readMode?: ReadMode;
  /** Bytes of uploads, and of downloads, that may be under way; a request beyond waits. 0 (the default) for no bound. */
  readonly uploadsUnderWayBytesMax?: number;
  readonly downloadsUnderWayBytesMax?: number;
  /** How long a request may wait for room among those before it is answered 429. */
  readonly uploadWaitMs?: number;
  readonly downloadWaitMs?: number;
  /** How long an HTTP connection is kept on which the client neither sends nor takes anything; 0 for no limit. */
  readonly idleTimeoutMs?: number;
  /** Large needles are read from the disk piece by piece, so that reads of others come in between; false reads each at once. */
  readonly hasSlowRead?: boolean;
  /** Length of such a piece. */
  readonly readBufferBytes?: number;
  /** Turn JPEG pictures upright while they are uploaded, as their EXIF data says. */
  readonly fixesJpegOrientation?: boolean;
  /** Bytes a second that a compaction may read, and that copies, repairs and scrubs may move; 0 (the default) for no bound. */
  readonly compactionBytesPerSecond?: number;
  readonly maintenanceBytesPerSecond?: number;
  /** How the needle index is kept. */
  readonly indexKind?: IndexKind;
  /** Stores that volumes are moved to, besides those that masters know (`[storage.backend.s3.NAME]`). */
  readonly storageBackends?: readonly StorageBackendOptions[];
  /** How fast volumes are read through in the background, and how often each of them; 0 bytes for never. */
  readonly scrubBytesPerSecond?: number;
  readonly scrubEveryMs?: number;
  /** How copies of volumes are compared with each other, and mended. */
  readonly repair?: RepairOptions;
  /** Takes data from remote stores at addresses of this machine and its own network, too. */
  readonly allowsUntrustedRemotes?: boolean;
  /** After a stop was asked for: how long requests are still served while masters already know. */
  readonly preStopMs?: number;
  /** Keeps `/metrics` off the HTTP port, where SeaweedFS has none. */
  readonly hidesMetrics?: boolean;
  /** Answers paths below `/debug/pprof/` on the HTTP port, with JSON; undefined for a page that there is not. */
  readonly debugPages?: (path: string) => Promise<string | undefined>;
  /** Serves only `/metrics`, with our names and the names that SeaweedFS's dashboards ask for. */
  readonly metricsListener?: { readonly host: string; readonly port: number };
  /** TLS and the cluster's token for both ports. */
  readonly security?: ServerSecurity;
  /** TLS of the HTTP ports when it differs from that of gRPC. */
  readonly httpSecurity?: ServerSecurity;
  /** The network is guarded by other means: listen on it without a token or mTLS. */
  readonly trustsNetwork?: boolean;
  /** How this server proves itself to masters; its token also goes to replicas. */
  readonly clientSecurity?: ChannelSecurity;
  /** TLS towards the HTTP ports of replicas when it differs. */
  readonly replicaSecurity?: ChannelSecurity;
  readonly logger?: Logger;
  /** Shown beside the service's own on its metrics page. */
  readonly metrics?: readonly MetricsRegistry[];
  /** A faulty disk, in tests. */
  readonly files?: FileSystem;
  /** For tests, which end the process after one of the steps in which shards are made, moved and removed. */
  readonly onEcStep?: (step: EcStep) => void;
  /** The same of moves to other stores and back. */
  readonly onTierStep?: (step: TierStep) => void;
}

/** Defaults in one place. */
export const DEFAULTS = {
  host: '127.0.0.1',
  pulseMs: 5_000,
  tailPauseMs: 2_000,
  scrubBytesPerSecond: 4 * 2 ** 20,
  scrubEveryMs: 7 * 24 * 3_600_000,
  fsync: 'group',
  fileSizeBytesMax: 256 * 2 ** 20,
  readMode: 'proxy',
  inflightWaitMs: 60_000,
  idleTimeoutMs: 30_000,
  readBufferBytes: 4 * 2 ** 20,
  closeGraceMs: 10_000,
} as const;

/** Reported as SeaweedFS's servers report theirs. */
export const SERVER_VERSION = '4.44 needlestack 0.1.0';
