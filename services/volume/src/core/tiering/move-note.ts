import type { PlacedVolume } from '../transfer/transfer-ports.ts';

/*
 * A note lies beside a volume while its data is on the way to another store or back, from before the first byte goes until after the last one that is
 * not needed any more is gone. What a crash or an unreachable store leaves is cleared away by it: the info file says where the data is, the note what
 * else there may be of it.
 */

export interface MoveNote {
  readonly backendType: string;
  readonly backendId: string;
  /** Of the object, which may be there whole, in parts, or not at all. */
  readonly key: string;
  /** Whether local data stays when the info file names the object. */
  readonly keepsLocal: boolean;
  /** Whether the object stays when the info file does not name it. */
  readonly keepsRemote: boolean;
}

/** Notes of moves that are under way, beside their volumes and on stable storage. */
export interface MoveNotes {
  /** Volumes that have one. */
  volumeIds(): Promise<readonly number[]>;
  read(volume: PlacedVolume): Promise<MoveNote | undefined>;
  /** @throws VolumeError `no-space`, `io-error` */
  save(volume: PlacedVolume, note: MoveNote): Promise<void>;
  /** A missing one is no error. */
  remove(volume: PlacedVolume): Promise<void>;
}
