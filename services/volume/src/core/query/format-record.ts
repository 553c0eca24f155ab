import { type CsvOutput, formatCsvRecord } from './csv-records.ts';
import { jsonText } from './json-lines.ts';
import type { SelectedRecord } from './selected-record.ts';

/** How the answer is written: as SeaweedFS prints JSON values, or as the request says. */
export type QueryOutput =
  | { readonly kind: 'seaweedfs' }
  | { readonly kind: 'csv'; readonly csv: CsvOutput }
  | { readonly kind: 'json'; readonly recordDelimiter: string };

export function formatRecord(record: SelectedRecord, output: QueryOutput): string {
  switch (output.kind) {
    case 'seaweedfs':
      return `{${record.names.map((name, index) => `${name}:${record.values[index] ?? ''}`).join(',')}}`;
    case 'csv':
      return formatCsvRecord(textsOf(record), output.csv);
    case 'json':
      return formatJson(record) + output.recordDelimiter;
  }
}

/** A part that is missing is an empty field; objects and arrays stay JSON. */
function textsOf({ values, isJson, whole }: SelectedRecord): readonly string[] {
  if (whole !== undefined) return [whole];
  return values.map((value) => (value === undefined || !isJson ? (value ?? '') : (jsonText(value) ?? value)));
}

/** A part that is missing is left out. */
function formatJson({ names, values, isJson, whole }: SelectedRecord): string {
  if (whole !== undefined) return whole;
  const members = names.flatMap((name, index) => {
    const value = values[index];
    return value === undefined ? [] : [`${JSON.stringify(name)}:${isJson ? value : JSON.stringify(value)}`];
  });
  return `{${members.join(',')}}`;
}
