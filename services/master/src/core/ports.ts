import type { VolumeServerNode } from './volume-server-node.ts';

/** What must survive any crash. Each write resolves when it is on stable storage. */
export interface DurableState {
  /** Keys below were, or may have been, handed out. */
  readonly fileKeyCeiling: bigint;
  /** The highest volume id that was, or may have been, used. */
  readonly volumeIdMax: number;
  readonly topologyId: string;
}

export interface StateStore {
  /** Reads the state; makes it, with a new topology id, when there is none. */
  load(): Promise<DurableState>;
  saveFileKeyCeiling(ceiling: bigint): Promise<void>;
  saveVolumeIdMax(volumeIdMax: number): Promise<void>;
}

export interface NewVolume {
  readonly id: number;
  readonly collection: string;
  /** `xyz` as a number. */
  readonly placement: number;
  /** count << 8 | unit. */
  readonly ttl: number;
  readonly diskType: string;
  readonly preallocateBytes: number;
  readonly memoryMapMaxSizeMb: number;
}

/** The volume servers as the master commands them. Every call rejects when the server refuses or cannot be reached. */
export interface VolumeServers {
  allocateVolume(server: VolumeServerNode, volume: NewVolume): Promise<void>;
  deleteVolume(server: VolumeServerNode, volumeId: number): Promise<void>;
  deleteCollection(server: VolumeServerNode, collection: string): Promise<void>;
  /** What a compaction of the server's copy would win, as a share of its bytes. */
  garbageRatio(server: VolumeServerNode, volumeId: number): Promise<number>;
  /** Compacts the server's copy beside the old one; nothing is in use before the commit. */
  compactVolume(
    server: VolumeServerNode,
    volumeId: number,
    preallocateBytes: number,
    signal: AbortSignal,
  ): Promise<void>;
  commitCompaction(server: VolumeServerNode, volumeId: number): Promise<{ readonly isReadOnly: boolean }>;
  /** Removes what a compaction made that is not committed. */
  discardCompaction(server: VolumeServerNode, volumeId: number): Promise<void>;
  /** Nanoseconds of the server's clock. */
  ping(server: VolumeServerNode): Promise<bigint>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
}

export interface Random {
  /** Evenly distributed in [0, 1). */
  fraction(): number;
  uint32(): number;
}

export type VacuumStep = 'check' | 'compact' | 'commit' | 'clean-up';

/** What happens in the master that an operator wants to see. */
export interface MasterEvents {
  serverJoined(server: VolumeServerNode): void;
  serverLeft(server: VolumeServerNode): void;
  volumeGrown(volume: NewVolume, servers: readonly VolumeServerNode[]): void;
  growthFailed(layout: string, error: unknown): void;
  volumeVacuumed(volumeId: number, servers: readonly VolumeServerNode[]): void;
  vacuumFailed(volumeId: number, step: VacuumStep, error: unknown): void;
  fileKeyIgnored(server: VolumeServerNode, key: bigint): void;
}
