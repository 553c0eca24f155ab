import { parseNumber } from '../value/parse-number.ts';
import type { Value } from '../value/value.ts';

/** The number that a field's text writes, else the text itself. */
export const readAsNumber = (value: Value): Value =>
  typeof value === 'string' ? (parseNumber(value) ?? value) : value;
