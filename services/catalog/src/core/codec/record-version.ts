import { RecordError } from './record-error.ts';

/**
 * Every record begins with its version in one byte. A record written by an older program is brought up to date when it is
 * read, one step per version; it is written in the new form the next time it changes.
 */
export interface RecordFormat {
  readonly name: string;
  readonly version: number;
  /** From version to the step that turns a record of it into one of the next. */
  readonly upgrades: Readonly<Record<number, (record: Buffer) => Buffer>>;
}

export function inCurrentVersion(format: RecordFormat, record: Buffer): Buffer {
  let current = record;
  for (;;) {
    const version = current[0] ?? 0;
    if (version === format.version) return current;
    const upgrade = format.upgrades[version];
    if (upgrade === undefined)
      throw new RecordError(
        `a ${format.name} record of version ${version}: this program reads up to ${format.version}`,
      );
    current = upgrade(current);
  }
}
