/** Values as text: what CAST to STRING yields and what the output formats write. */
import { Decimal, formatDecimal } from './decimal.ts';
import { Timestamp } from './timestamp.ts';
import { formatTimestamp } from './timestamp-text.ts';
import { FloatValue, isList, StructValue, type Value } from './value.ts';

/** Text of a value that is neither NULL nor MISSING; lists and structs as JSON. */
export const formatValue = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof FloatValue) return String(value.value);
  if (value instanceof Decimal) return formatDecimal(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  return formatJson(value);
};

/** A value as JSON text; MISSING in a list is null, in a struct it is left out. */
export const formatJson = (value: Value): string => {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof StructValue) return formatStruct(value);
  if (isList(value)) return `[${value.map(formatJson).join(',')}]`;
  if (value instanceof Timestamp) return JSON.stringify(formatTimestamp(value));
  return formatValue(value);
};

const formatStruct = (struct: StructValue): string => {
  let text = '';
  for (const [index, name] of struct.names.entries()) {
    const member = struct.values[index];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${formatJson(member)}`;
  }
  return `{${text}}`;
};
