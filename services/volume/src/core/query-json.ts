import { jsonText, readJsonValues, selectJson } from './json-lines.ts';

export interface JsonFilter {
  /** Path of the value that is looked at. */
  readonly field: string;
  /** `=`, `!=`, `<`, `<=`, `>`, `>=`, `%` (like, with `*` and `?`), `!%`; empty asks only whether there is a value. */
  readonly operand: string;
  readonly value: string;
}

/**
 * The wanted parts of all values that pass the filter, printed as SeaweedFS prints them: `{path:value,path:value}` one behind the
 * other. A part that a value does not have is left blank.
 */
export function queryJson(text: string, selections: readonly string[], filter: JsonFilter): string {
  let records = '';
  for (const value of readJsonValues(text)) {
    if (!passes(value, filter)) continue;
    records += `{${selections.map((path) => `${path}:${selectJson(value, path) ?? ''}`).join(',')}}`;
  }
  return records;
}

function passes(json: string, { field, operand, value: wanted }: JsonFilter): boolean {
  const value = selectJson(json, field);
  if (value === undefined) return false;
  if (operand === '') return true;
  const text = jsonText(value);
  if (text !== undefined) return comparesText(text, operand, wanted);
  if (value === 'true' || value === 'false') return comparesFlags(value === 'true', operand, wanted);
  const number = Number(value);
  return /^[-\d]/.test(value) && !Number.isNaN(number) && compares(number, operand, Number.parseFloat(wanted) || 0);
}

function comparesText(text: string, operand: string, wanted: string): boolean {
  switch (operand) {
    case '%':
      return isLike(text, wanted);
    case '!%':
      return !isLike(text, wanted);
    default:
      return compares(Buffer.compare(Buffer.from(text), Buffer.from(wanted)), operand, 0);
  }
}

/** A word that is neither `true` nor `false` is unequal to both, and neither before nor behind them. */
function comparesFlags(flag: boolean, operand: string, wanted: string): boolean {
  switch (operand) {
    case '=':
      return wanted === String(flag);
    case '!=':
      return wanted !== String(flag);
    case '>':
      return flag && wanted === 'false';
    case '<':
      return !flag && wanted === 'true';
    case '>=':
      return flag;
    case '<=':
      return !flag;
    default:
      return false;
  }
}

function compares(left: number, operand: string, right: number): boolean {
  switch (operand) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return false;
  }
}

/** `*` stands for any characters, `?` for one; greedy with one place to go back to, so no pattern takes long. */
function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let patternAt = 0;
  let starAt = -1;
  let retryAt = 0;
  while (at < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === '*') {
      starAt = patternAt;
      retryAt = at;
      patternAt += 1;
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[at])) {
      at += 1;
      patternAt += 1;
    } else if (starAt >= 0) {
      retryAt += 1;
      at = retryAt;
      patternAt = starAt + 1;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') patternAt += 1;
  return patternAt === pattern.length;
}
