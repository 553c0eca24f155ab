import type { ColumnScope, ResolvedPath } from '../evaluate/column-scope.ts';
import { COLUMN_NAME_MAX_BYTES, COLUMNS_MAX } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { NameStep, PathNode } from '../sql/ast/path-node.ts';
import { isTableName } from './table-name.ts';

const POSITION = /^_(\d+)$/;

/**
 * The columns of a CSV object: `_1`, `_2` and so on, and the names of its header line.
 *
 * `header` is `none` when the query does not use one, `unknown` as long as it has not been read: then every name is taken for a
 * column, so that the rest of a query can be checked before any byte is read.
 */
export class CsvScope implements ColumnScope {
  readonly hasTextColumns = true;
  readonly #alias: string | undefined;
  readonly #header: readonly string[] | 'none' | 'unknown';

  constructor(alias: string | undefined, header: readonly string[] | 'none' | 'unknown') {
    this.#alias = alias;
    this.#header = header;
  }

  resolve(path: PathNode): ResolvedPath {
    const { root, steps } = path;
    if (steps.length === 0) return isTableName(root.name, this.#alias) ? this.#wholeRow() : this.#column(root, true);
    if (!isTableName(root.name, this.#alias)) {
      throw new SelectFailure('InvalidTableAlias', `there is no table ${root.name.slice(0, 100)}`);
    }
    const [name, ...rest] = steps;
    if (name?.kind !== 'name' || rest.length > 0) {
      throw new SelectFailure('ParseInvalidPathComponent', 'the columns of CSV are text without a path into it');
    }
    return this.#column(name, false);
  }

  #wholeRow(): ResolvedPath {
    throw new SelectFailure('UnsupportedSqlOperation', 'a CSV row is no value; name its columns, or select *');
  }

  #column(name: NameStep, isBare: boolean): ResolvedPath {
    const byHeader = this.#byHeader(name);
    if (byHeader !== undefined) return column(byHeader);
    const position = POSITION.exec(name.name);
    if (position !== null) return column(slotOf(Number(position[1])));
    if (this.#header === 'unknown') return column(0);
    const shown = name.name.slice(0, 100);
    if (this.#header !== 'none') {
      return unresolved(new SelectFailure('MissingHeaderName', `the header has no column ${shown}`));
    }
    if (name.isQuoted && isBare) return { kind: 'literal', value: name.name };
    return unresolved(new SelectFailure('MissingHeaders', `column ${shown} has a name but FileHeaderInfo is not USE`));
  }

  #byHeader({ name, isQuoted }: NameStep): number | undefined {
    if (this.#header === 'none' || this.#header === 'unknown') return undefined;
    const wanted = isQuoted ? name : name.toLowerCase();
    let found: number | undefined;
    for (const [slot, heading] of this.#header.entries()) {
      if ((isQuoted ? heading : heading.toLowerCase()) !== wanted) continue;
      if (found !== undefined) {
        throw new SelectFailure('AmbiguousFieldName', `the header has more than one column ${name.slice(0, 100)}`);
      }
      found = slot;
    }
    return found;
  }
}

const column = (slot: number): ResolvedPath => ({ kind: 'column', slot, steps: [] });
const unresolved = (failure: SelectFailure): ResolvedPath => ({ kind: 'unresolved', failure });

const slotOf = (position: number): number => {
  if (position < 1 || position > COLUMNS_MAX) {
    throw new SelectFailure(
      'InvalidColumnIndex',
      `there is no column _${position}; columns count from _1 to _${COLUMNS_MAX}`,
    );
  }
  return position - 1;
};

/** Throws ColumnTooLong for a name over 1 KiB. */
export const assertHeader = (header: readonly string[]): void => {
  for (const name of header) {
    if (name.length > COLUMN_NAME_MAX_BYTES || Buffer.byteLength(name) > COLUMN_NAME_MAX_BYTES) {
      throw new SelectFailure('ColumnTooLong', `a column name of the header is over ${COLUMN_NAME_MAX_BYTES} bytes`);
    }
  }
};
