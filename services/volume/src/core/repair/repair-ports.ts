import type { NeedleSelection } from './list-needle-states.ts';
import type { NeedleState } from './needle-state.ts';

/** What another holder says of its copy of a volume. */
export interface CopyDigest {
  readonly digests: Buffer;
  /** Its copy is not whole. */
  readonly isDamaged: boolean;
  /** How many copies the volume wants. */
  readonly copies: number;
}

/** The other holders of a volume, as `host:port.grpcPort`. */
export interface OtherHolders {
  readonly comparable: readonly string[];
  /** Servers of another kind, which know nothing of comparisons. */
  readonly foreign: readonly string[];
}

/** The other holders of a volume, as the comparison of copies sees them. Failures are VolumeError `unreachable`. */
export interface CopyPeers {
  /** Every other holder that the master knows. */
  otherHolders(volumeId: number, signal: AbortSignal): Promise<OtherHolders>;
  digest(address: string, volumeId: number, signal: AbortSignal): Promise<CopyDigest>;
  list(address: string, volumeId: number, selection: NeedleSelection, signal: AbortSignal): AsyncIterable<NeedleState>;
  /** A record as it lies there. */
  readRecord(address: string, volumeId: number, state: NeedleState, signal: AbortSignal): Promise<Buffer>;
  /** Asks it to compare and mend its own copy soon; does not wait for that. */
  mend(address: string, volumeId: number, signal: AbortSignal): Promise<void>;
}

/** What became of one comparison of the copies of a volume. */
export interface MendReport {
  /** Needles that were written, and deleted, here. */
  readonly written: number;
  readonly deleted: number;
  /** Needles of which nothing tells which copy is right, or whose right copy cannot be read. */
  readonly undecided: readonly bigint[];
  /** All copies have the same needles. */
  readonly equal: boolean;
  /** Nothing is left to mend, as far as copies can be compared. */
  readonly isDone: boolean;
  /** The other holders have all that is here. */
  readonly isDispensable: boolean;
  /** The copy here was damaged as a whole and was fetched anew. */
  readonly replaced: boolean;
  /** Why the comparison is not complete, in words. */
  readonly incompleteReason: string;
}

/** What repairs tell about themselves; adapters log and count. */
export interface RepairEvents {
  needleMended(volumeId: number, key: bigint, action: 'written' | 'deleted', from: string): void;
  volumeReplaced(volumeId: number, from: string, reason: string): void;
  copiesCompared(volumeId: number, report: MendReport): void;
  /** A comparison failed; it is tried again. */
  comparisonFailed(volumeId: number, cause: Error): void;
}
