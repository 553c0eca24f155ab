import type { ChannelSecurity, ServerSecurity } from '@needlestack/rpc';
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { FsyncMode } from './core/append-queue.ts';
import type { DataDirectoryOptions } from './storage/data-directory.ts';
import type { FileSystem } from './storage/file-system.ts';

/** Everything that an operator, or a test, can decide about a volume server. */
export interface VolumeServiceOptions {
  readonly directories: readonly DataDirectoryOptions[];
  /** Address to listen on. Loopback unless given; another one needs `security`. */
  readonly host?: string;
  /** HTTP port; 0 (the default) lets the system choose. */
  readonly port?: number;
  readonly grpcPort?: number;
  /** The address under which others reach this server; `host` unless given. */
  readonly ip?: string;
  /** The address that clients are told; `ip:port` unless given. */
  readonly publicUrl?: string;
  /** Stable name for the master; `ip:port` unless given. */
  readonly id?: string;
  /** gRPC addresses of the masters. Without any no heartbeats are sent. */
  readonly masters?: readonly string[];
  readonly dataCenter?: string;
  readonly rack?: string;
  readonly pulseMs?: number;
  /** When appends reach stable storage; `group` unless given. */
  readonly fsync?: FsyncMode;
  readonly fileSizeBytesMax?: number;
  /** TLS and the cluster's token for both ports. */
  readonly security?: ServerSecurity;
  /** How this server proves itself to masters; its token also goes to replicas. */
  readonly clientSecurity?: ChannelSecurity;
  /** Keys that sign file tokens (`jwt.signing.key`, `jwt.signing.read.key`). */
  readonly writeKey?: string;
  readonly readKey?: string;
  readonly logger?: Logger;
  /** Shown beside the service's own on its metrics page. */
  readonly metrics?: readonly MetricsRegistry[];
  /** A faulty disk, in tests. */
  readonly files?: FileSystem;
}

/** Defaults in one place. */
export const DEFAULTS = {
  host: '127.0.0.1',
  pulseMs: 5_000,
  fsync: 'group',
  fileSizeBytesMax: 256 * 2 ** 20,
  closeGraceMs: 10_000,
} as const;

/** Reported as SeaweedFS's servers report theirs. */
export const SERVER_VERSION = '4.44 needlestack 0.1.0';
