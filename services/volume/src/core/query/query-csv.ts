import { compareNumber, compareText } from './compare-value.ts';
import { type CsvDialect, readCsvRecords } from './csv-records.ts';
import type { Query, QueryFilter, ScannedRecord } from './selected-record.ts';

/** What the first record is: one like the others, one to pass over, or the names of the columns. */
export type CsvHeader = 'none' | 'ignore' | 'use';

/**
 * The records of a CSV text, with the columns of those that pass. A column is named by the header, where that is used, or by its place:
 * `_1` is the first.
 */
export function* scanCsv(
  text: string,
  { dialect, header }: { readonly dialect: CsvDialect; readonly header: CsvHeader },
  { selections, filter }: Query,
): Generator<ScannedRecord> {
  let columns: ReadonlyMap<string, number> = new Map();
  let isFirst = true;
  for (const { fields, characters } of readCsvRecords(text, dialect)) {
    if (isFirst && header === 'use') columns = new Map(fields.map((name, index) => [name, index]));
    const isRecord = !isFirst || header === 'none';
    isFirst = false;
    if (!isRecord || (filter !== undefined && !passes(fields, columns, filter))) {
      yield { selected: undefined, characters };
      continue;
    }
    const names = selections.length > 0 ? selections : nameAll(fields, columns);
    const values = selections.length > 0 ? selections.map((name) => fieldOf(fields, columns, name)) : fields;
    yield { selected: { names, values, isJson: false }, characters };
  }
}

const PLACE = /^_([1-9]\d{0,8})$/;

/** A header's name goes before a place of the same spelling. */
function fieldOf(fields: readonly string[], columns: ReadonlyMap<string, number>, name: string): string | undefined {
  const index = columns.get(name);
  if (index !== undefined) return fields[index];
  const place = PLACE.exec(name)?.[1];
  return place === undefined ? undefined : fields[Number(place) - 1];
}

function nameAll(fields: readonly string[], columns: ReadonlyMap<string, number>): readonly string[] {
  const names = fields.map((_, index) => `_${index + 1}`);
  for (const [name, index] of columns) if (index < names.length) names[index] = name;
  return names;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Everything is text in a CSV file: what looks like a number on both sides is compared as such. */
function passes(
  fields: readonly string[],
  columns: ReadonlyMap<string, number>,
  { field, operand, value: wanted }: QueryFilter,
): boolean {
  const value = fieldOf(fields, columns, field);
  if (value === undefined) return false;
  if (operand === '') return true;
  const isNumber = operand !== '%' && operand !== '!%' && NUMBER.test(value.trim()) && NUMBER.test(wanted.trim());
  return isNumber ? compareNumber(Number(value), operand, Number(wanted)) : compareText(value, operand, wanted);
}
