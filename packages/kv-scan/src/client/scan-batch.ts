import { readRecords, type ScanRow } from '../protocol/records.ts';

/** Some rows of a bucket, in the order of their keys. */
export class ScanBatch implements Iterable<ScanRow> {
  /** The rows as they came. */
  readonly records: Buffer;
  /**
   * These rows are of a later moment than those of the first batch: the scanner was lost and the scan went on without it. The whole
   * becomes exact by replaying the outbox from the scanner's log offset over it.
   */
  readonly snapshotChanged: boolean;

  constructor(records: Buffer, snapshotChanged: boolean) {
    this.records = records;
    this.snapshotChanged = snapshotChanged;
  }

  /** True when a poll ran out of time, or no row was left. */
  get isEmpty(): boolean {
    return this.records.length === 0;
  }

  /** Rows are decoded as they are asked for; their buffers are views of the batch. ScanError `broken-answer`. */
  [Symbol.iterator](): Iterator<ScanRow> {
    return readRecords(this.records);
  }
}
