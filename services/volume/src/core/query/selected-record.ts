/** What a query asks of the records of a file. */
export interface Query {
  /** Names of columns, or paths into JSON values; none for everything. */
  readonly selections: readonly string[];
  /** Undefined lets every record pass. */
  readonly filter: QueryFilter | undefined;
}

export interface QueryFilter {
  /** The value that is looked at. A record without it does not pass. */
  readonly field: string;
  /** See `compare-value.ts`; empty asks only whether there is a value. */
  readonly operand: string;
  readonly value: string;
}

/** The parts of a record that were asked for, in their order. */
export interface SelectedRecord {
  readonly names: readonly string[];
  /** Texts, or with `isJson` JSON values; undefined for a part that the record does not have. */
  readonly values: readonly (string | undefined)[];
  readonly isJson: boolean;
  /** The whole JSON value, where all of it was asked for. */
  readonly whole?: string;
}

/** One record after the other; undefined for one that does not pass. With the characters of the file that it took. */
export interface ScannedRecord {
  readonly selected: SelectedRecord | undefined;
  readonly characters: number;
}
