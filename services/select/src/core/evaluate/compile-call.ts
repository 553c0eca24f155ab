/** The built-in functions. An argument that is NULL or MISSING makes the result NULL, but for COALESCE and NULLIF. */
import { SelectFailure } from '../select-failure.ts';
import type { CallNode, DatePartNode, TrimNode } from '../sql/ast/expression-node.ts';
import { areEqual } from '../value/compare-values.ts';
import { addToTimestamp, differenceInParts, extractPart } from '../value/date-arithmetic.ts';
import { Timestamp } from '../value/timestamp.ts';
import { compileTimestampPattern, formatWithPattern, type TimestampPattern } from '../value/timestamp-pattern.ts';
import { parseTimestamp } from '../value/timestamp-text.ts';
import { isUnknown, typeNameOf, type Value } from '../value/value.ts';
import type { Compile } from './compiled-expression.ts';
import { readAsNumber } from './read-as-number.ts';
import type { Evaluate } from './row.ts';

const wrongType = (name: string, value: Value, expected: string): SelectFailure =>
  new SelectFailure('IncorrectSqlFunctionArgumentType', `${name} of ${typeNameOf(value)}: ${expected} is expected`);

const textOf = (name: string, value: Value): string => {
  if (typeof value !== 'string') throw wrongType(name, value, 'STRING');
  return value;
};

const timestampOfValue = (name: string, value: Value): Timestamp => {
  if (!(value instanceof Timestamp)) throw wrongType(name, value, 'TIMESTAMP');
  return value;
};

const smallIntOf = (name: string, value: Value): number => {
  if (typeof value !== 'number') throw wrongType(name, value, 'INT');
  return value;
};

export const compileCall = (node: CallNode, compile: Compile, now: Timestamp): Evaluate => {
  const { name } = node;
  const args = node.args.map((arg) => compile(arg).evaluate);
  switch (name) {
    case 'UTCNOW':
      return () => now;
    case 'COALESCE':
      return compileCoalesce(args);
    case 'NULLIF':
      return compileNullIf(node, compile);
    case 'SUBSTRING':
      return compileSubstring(node, compile);
    case 'CHAR_LENGTH':
    case 'CHARACTER_LENGTH':
      return onKnown(args, ([text]) => codePointCount(textOf(name, text)));
    case 'LOWER':
      return onKnown(args, ([text]) => textOf(name, text).toLowerCase());
    case 'UPPER':
      return onKnown(args, ([text]) => textOf(name, text).toUpperCase());
    case 'TO_TIMESTAMP':
      return onKnown(args, ([text]) => readTimestamp(textOf(name, text)));
    case 'TO_STRING':
      return compileToString(args);
  }
};

/** Calls with the arguments' values, unless one is unknown. */
const onKnown =
  (args: readonly Evaluate[], call: (values: readonly Value[]) => Value): Evaluate =>
  (row) => {
    const values: Value[] = [];
    for (const arg of args) {
      const value = arg(row);
      if (isUnknown(value)) return null;
      values.push(value);
    }
    return call(values);
  };

const compileCoalesce =
  (args: readonly Evaluate[]): Evaluate =>
  (row) => {
    for (const arg of args) {
      const value = arg(row);
      if (!isUnknown(value)) return value;
    }
    return null;
  };

const compileNullIf = (node: CallNode, compile: Compile): Evaluate => {
  const [first, second] = node.args.map(compile);
  if (first === undefined || second === undefined) return () => null;
  return (row) => {
    const a = first.evaluate(row);
    const b = second.evaluate(row);
    if (isUnknown(a) || isUnknown(b)) return a;
    const left = first.isFieldText && typeof b !== 'string' ? readAsNumber(a) : a;
    const right = second.isFieldText && typeof a !== 'string' ? readAsNumber(b) : b;
    return areEqual(left, right) ? null : a;
  };
};

const codePointCount = (text: string): number => {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if (isPairAt(text, at)) {
      count -= 1;
      at += 1;
    }
  }
  return count;
};

const isPairAt = (text: string, at: number): boolean => (text.codePointAt(at) ?? 0) > 0xffff;

/** Counts from 1; a start below 1 begins at 1. */
const compileSubstring = (node: CallNode, compile: Compile): Evaluate => {
  const args = node.args.map((arg, index) => {
    const compiled = compile(arg);
    // Text of a field may stand for a number, but not where the text itself is meant.
    return index > 0 && compiled.isFieldText
      ? (row: Parameters<Evaluate>[0]) => readAsNumber(compiled.evaluate(row))
      : compiled.evaluate;
  });
  return onKnown(args, ([value, from, length]) => {
    const text = textOf('SUBSTRING', value);
    const start = Math.max(1, smallIntOf('SUBSTRING', from)) - 1;
    if (length === undefined) return sliceCodePoints(text, start, Number.POSITIVE_INFINITY);
    const count = smallIntOf('SUBSTRING', length);
    if (count < 0) throw new SelectFailure('EvaluatorInvalidArguments', `SUBSTRING of negative length ${count}`);
    return sliceCodePoints(text, start, count);
  });
};

const sliceCodePoints = (text: string, start: number, count: number): string => {
  let begin = 0;
  for (let skipped = 0; skipped < start && begin < text.length; skipped += 1) begin += isPairAt(text, begin) ? 2 : 1;
  let end = begin;
  for (let taken = 0; taken < count && end < text.length; taken += 1) end += isPairAt(text, end) ? 2 : 1;
  return text.slice(begin, end);
};

export const compileTrim = (node: TrimNode, compile: Compile): Evaluate => {
  const args = [compile(node.operand).evaluate];
  if (node.chars !== undefined) args.push(compile(node.chars).evaluate);
  return onKnown(args, ([value, chars]) => {
    const text = [...textOf('TRIM', value)];
    const trimmed = new Set(chars === undefined ? ' ' : textOf('TRIM', chars));
    let begin = 0;
    let end = text.length;
    if (node.side !== 'TRAILING') while (begin < end && trimmed.has(text[begin] ?? '')) begin += 1;
    if (node.side !== 'LEADING') while (end > begin && trimmed.has(text[end - 1] ?? '')) end -= 1;
    return text.slice(begin, end).join('');
  });
};

const readTimestamp = (text: string): Timestamp => {
  const timestamp = parseTimestamp(text.trim());
  if (timestamp === undefined) {
    throw new SelectFailure('ValueParseFailure', `${JSON.stringify(text.slice(0, 100))} is no timestamp`);
  }
  return timestamp;
};

const compileToString = (args: readonly Evaluate[]): Evaluate => {
  let text: string | undefined;
  let pattern: TimestampPattern = [];
  return onKnown(args, ([value, patternValue]) => {
    const timestamp = timestampOfValue('TO_STRING', value);
    if (patternValue !== text) {
      pattern = compileTimestampPattern(textOf('TO_STRING', patternValue));
      text = textOf('TO_STRING', patternValue);
    }
    return formatWithPattern(pattern, timestamp);
  });
};

export const compileDatePart = (node: DatePartNode, compile: Compile): Evaluate => {
  const { name, part } = node;
  const args = node.args.map((arg) => compile(arg));
  const values = args.map((arg) => arg.evaluate);
  switch (name) {
    case 'EXTRACT':
      return onKnown(values, ([value]) => extractPart(part, timestampOfValue(name, value)));
    case 'DATE_DIFF':
      return onKnown(values, ([from, to]) =>
        differenceInParts(part, timestampOfValue(name, from), timestampOfValue(name, to)),
      );
    case 'DATE_ADD': {
      const isFieldText = args[0]?.isFieldText === true;
      return onKnown(values, ([amount, value]) =>
        addToTimestamp(
          part,
          smallIntOf(name, isFieldText ? readAsNumber(amount) : amount),
          timestampOfValue(name, value),
        ),
      );
    }
  }
};
