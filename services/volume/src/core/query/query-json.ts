import { compareFlag, compareNumber, compareText } from './compare-value.ts';
import { jsonText, readJsonValues, selectJson } from './json-lines.ts';
import type { Query, QueryFilter, ScannedRecord, SelectedRecord } from './selected-record.ts';

/** The JSON values of a text, with the parts of those that pass. */
export function* scanJson(text: string, { selections, filter }: Query): Generator<ScannedRecord> {
  for (const value of readJsonValues(text)) {
    const selected = filter === undefined || passes(value, filter) ? select(value, selections) : undefined;
    yield { selected, characters: value.length };
  }
}

function select(json: string, selections: readonly string[]): SelectedRecord {
  const values = selections.map((path) => selectJson(json, path));
  return { names: selections, values, isJson: true, ...(selections.length === 0 ? { whole: json } : undefined) };
}

function passes(json: string, { field, operand, value: wanted }: QueryFilter): boolean {
  const value = selectJson(json, field);
  if (value === undefined) return false;
  if (operand === '') return true;
  const text = jsonText(value);
  if (text !== undefined) return compareText(text, operand, wanted);
  if (value === 'true' || value === 'false') return compareFlag(value === 'true', operand, wanted);
  const number = Number(value);
  return (
    /^[-\d]/.test(value) && !Number.isNaN(number) && compareNumber(number, operand, Number.parseFloat(wanted) || 0)
  );
}
