import type { Needle } from '@needlestack/needle-format';
import type { VolumeError } from '@needlestack/service-contracts';

/** One record that waits for its turn in a volume's append queue. */
export interface AppendOperation {
  readonly kind: 'write' | 'delete';
  readonly needle: Needle;
  /** The id that the record itself says, where it is another one than that of the index. */
  readonly recordId?: bigint | undefined;
  /** The record's size field. */
  readonly sizeBytes: number;
  /**
   * Where the live needle of this id lay when the operation was prepared; 0 when there was none. If that has changed when the
   * operation's turn comes, `onStale` is called and nothing is written.
   */
  readonly expectedOffsetBytes: number;
  /** Asks for stable storage even where the volume's mode does not. */
  readonly fsync: boolean;
  onAppended(): void;
  onFailed(error: VolumeError): void;
  onStale(): void;
}
