/**
 * LIKE without backtracking: the pattern is cut at each `%` into segments; the first is anchored at the start, the last at the
 * end, and each between them is taken where it first occurs, which never has to be undone.
 */
import { SelectFailure } from '../select-failure.ts';

/** Code points to match in order; `undefined` stands for `_`. */
type Segment = readonly (string | undefined)[];

export interface LikePattern {
  readonly segments: readonly Segment[];
}

/** Throws LikeInvalidInputs when the escape is not one character or stands before neither `%`, `_` nor itself. */
export const compileLike = (pattern: string, escapeChar: string | undefined): LikePattern => {
  if (escapeChar !== undefined && [...escapeChar].length !== 1) {
    throw new SelectFailure('LikeInvalidInputs', 'the ESCAPE of a LIKE must be one character');
  }
  const segments: (string | undefined)[][] = [[]];
  let escaped = false;
  for (const char of pattern) {
    if (escaped) {
      if (char !== '%' && char !== '_' && char !== escapeChar) {
        throw new SelectFailure(
          'LikeInvalidInputs',
          `the escape stands before ${JSON.stringify(char)}, not before %, _ or itself`,
        );
      }
      segments.at(-1)?.push(char);
      escaped = false;
    } else if (char === escapeChar) escaped = true;
    else if (char === '%') segments.push([]);
    else segments.at(-1)?.push(char === '_' ? undefined : char);
  }
  if (escaped) throw new SelectFailure('LikeInvalidInputs', 'the pattern of a LIKE ends in its escape');
  return { segments };
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

const nextCodePoint = (text: string, at: number): number =>
  isHighSurrogate(text.charCodeAt(at)) && isLowSurrogate(text.charCodeAt(at + 1)) ? at + 2 : at + 1;

const previousCodePoint = (text: string, at: number): number =>
  at >= 2 && isLowSurrogate(text.charCodeAt(at - 1)) && isHighSurrogate(text.charCodeAt(at - 2)) ? at - 2 : at - 1;

/** The end of the segment when it stands at `at`, else -1. */
const matchSegment = (segment: Segment, text: string, at: number): number => {
  let position = at;
  for (const char of segment) {
    if (position >= text.length) return -1;
    if (char === undefined) position = nextCodePoint(text, position);
    else if (text.startsWith(char, position)) position += char.length;
    else return -1;
  }
  return position;
};

/** The end of the segment's first occurrence from `from` on, else -1. */
const findSegment = (segment: Segment, text: string, from: number): number => {
  if (!segment.includes(undefined)) {
    const literal = segment.join('');
    const at = text.indexOf(literal, from);
    return at < 0 ? -1 : at + literal.length;
  }
  for (let at = from; at <= text.length; at = nextCodePoint(text, at)) {
    const end = matchSegment(segment, text, at);
    if (end >= 0) return end;
  }
  return -1;
};

/** Whether the whole text matches. */
export const matchesLike = (pattern: LikePattern, text: string): boolean => {
  const { segments } = pattern;
  let position = matchSegment(segments[0] ?? [], text, 0);
  if (position < 0) return false;
  if (segments.length === 1) return position === text.length;
  for (let index = 1; index < segments.length - 1; index += 1) {
    position = findSegment(segments[index] ?? [], text, position);
    if (position < 0) return false;
  }
  const last = segments.at(-1) ?? [];
  let start = text.length;
  for (let count = 0; count < last.length; count += 1) start = previousCodePoint(text, start);
  return start >= position && matchSegment(last, text, start) === text.length;
};
