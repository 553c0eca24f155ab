/**
 * Texts of policies that may hold variables: `${aws:username}`, `${s3:prefix, 'none'}`, and `${*}`, `${?}`, `${$}` for these
 * characters themselves. A text is compiled once; one without variables costs nothing more afterwards.
 */
import { type ConditionFacts, normalizeConditionKey } from './condition-facts.ts';
import { PolicyError } from './policy-error.ts';
import { compilePattern, LITERAL_ASTERISK, LITERAL_MARKS, LITERAL_QUESTION, type TextPattern } from './wildcard.ts';

interface VariablePiece {
  readonly key: string;
  readonly defaultText: string | undefined;
}

export type PolicyText = {
  readonly source: string;
  /** Whatever fits begins with this: the text up to the first variable or wildcard. */
  readonly start: string;
} & (
  | { readonly kind: 'fixed'; readonly text: string; readonly pattern: TextPattern }
  | { readonly kind: 'variable'; readonly pieces: readonly (string | VariablePiece)[] }
);

const SPECIAL = /[*?\ue000\ue001]/;
const VARIABLE = /\$\{([^}]*)\}/g;
const LITERALS: Readonly<Record<string, string>> = { '*': LITERAL_ASTERISK, '?': LITERAL_QUESTION, $: '$' };

/**
 * @param hasVariables false in policies of version 2008-10-17, where `${` is nothing special
 * @throws PolicyError for a variable that cannot be read
 */
export const compilePolicyText = (source: string, hasVariables: boolean): PolicyText => {
  if (LITERAL_MARKS.test(source)) throw new PolicyError('Policy has an invalid character', source);
  if (!hasVariables || !source.includes('${')) return fixedText(source, source);
  const pieces: (string | VariablePiece)[] = [];
  let from = 0;
  for (const match of source.matchAll(VARIABLE)) {
    pieces.push(source.slice(from, match.index), readVariable(match[1] ?? '', source));
    from = match.index + match[0].length;
  }
  pieces.push(source.slice(from));
  if (pieces.every((piece) => typeof piece === 'string')) return fixedText(source, pieces.join(''));
  const [first = ''] = pieces;
  return { kind: 'variable', source, start: typeof first === 'string' ? startOf(first) : '', pieces };
};

const startOf = (text: string): string => /^[^*?\ue000\ue001]*/.exec(text)?.[0] ?? '';

const fixedText = (source: string, text: string): PolicyText => ({
  kind: 'fixed',
  source,
  start: startOf(text),
  text: unmarked(text),
  pattern: LITERAL_MARKS.test(text) ? { kind: 'glob', text } : compilePattern(text),
});

/** The literal characters back in place of their marks. */
const unmarked = (text: string): string =>
  LITERAL_MARKS.test(text) ? text.replaceAll(LITERAL_ASTERISK, '*').replaceAll(LITERAL_QUESTION, '?') : text;

const readVariable = (body: string, source: string): string | VariablePiece => {
  const literal = LITERALS[body];
  if (literal !== undefined) return literal;
  const match = /^\s*([A-Za-z0-9:/_.+=@-]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(body);
  const key = match?.[1];
  if (key === undefined || !key.includes(':')) throw new PolicyError('Policy has an invalid variable', source);
  return { key: normalizeConditionKey(key), defaultText: match?.[2] };
};

/** A value with its variables put in: what to compare, and as a pattern. Undefined when a variable has no value. */
export interface ResolvedText {
  readonly text: string;
  readonly pattern: TextPattern;
}

export const resolvePolicyText = (text: PolicyText, facts: ConditionFacts): ResolvedText | undefined => {
  if (text.kind === 'fixed') return text;
  let result = '';
  for (const piece of text.pieces) {
    if (typeof piece === 'string') {
      result += piece;
      continue;
    }
    const values = facts(piece.key);
    // A key of many values has none that could stand in a text.
    const value = values?.length === 1 ? values[0] : piece.defaultText;
    if (value === undefined) return undefined;
    if (!SPECIAL.test(value)) result += value;
    else if (LITERAL_MARKS.test(value)) return undefined;
    // What a caller says about himself must not become a wildcard.
    else result += value.replaceAll('*', LITERAL_ASTERISK).replaceAll('?', LITERAL_QUESTION);
  }
  return {
    text: unmarked(result),
    pattern: LITERAL_MARKS.test(result) ? { kind: 'glob', text: result } : compilePattern(result),
  };
};

/** Condition keys that stand in variables of the text. */
export const variableKeysOf = (text: PolicyText): readonly string[] =>
  text.kind === 'fixed' ? [] : text.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.key]));
