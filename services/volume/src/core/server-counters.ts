/** What a server counts beside its requests. It is told where things happen, so nothing behind it may take long. */
export interface ServerCounters {
  /** A request took one of the ways that are counted by themselves. */
  handled(how: HandledAs): void;
  /** A compaction, or its commit, has begun; what is returned is called with whether it succeeded. */
  vacuumBegun(step: 'compact' | 'commit'): (succeeded: boolean) => void;
  /** A needle goes to so many other holders; what is returned is called with the first failure, if there is one. */
  replicationBegun(operation: ReplicatedOperation, targets: number): (failure: Error | undefined) => void;
  /** Shards are made anew; what is returned is called with whether it succeeded. */
  rebuildBegun(): (succeeded: boolean) => void;
  /** A scrub that somebody asked for is over. */
  scrubbed(mode: string, brokenVolumes: number, brokenShards: number): void;
}

/** SeaweedFS's words, misspelling included. */
export type HandledAs =
  | 'downloadLimitCondition'
  | 'uploadLimitCondition'
  | 'readProxyRequest'
  | 'readRedirectRequest'
  | 'emptyReadProxyLocaction'
  | 'failedReadProxyRequest'
  | 'errorGetNotFound'
  | 'errorGetInternal'
  | 'errorWriteToLocalDisk'
  | 'errorWriteToReplicas'
  | 'errorUnmarshalPairs'
  | DamageWord;

/** What may be wrong with a record that is read. */
export type DamageWord = 'errorSizeMismatchOffsetSize' | 'errorSizeMismatch' | 'errorCRC' | 'errorIndexOutOfRange';

export type ReplicatedOperation = 'write' | 'delete';

/** Counts nothing. */
export const NO_COUNTERS: ServerCounters = {
  handled: () => undefined,
  vacuumBegun: () => () => undefined,
  replicationBegun: () => () => undefined,
  rebuildBegun: () => () => undefined,
  scrubbed: () => undefined,
};

/** Runs something whose end is counted either way. */
export async function countOutcome<T>(ended: (succeeded: boolean) => void, run: () => Promise<T>): Promise<T> {
  try {
    const outcome = await run();
    ended(true);
    return outcome;
  } catch (error) {
    ended(false);
    throw error;
  }
}
