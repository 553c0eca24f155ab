import { SelectFailure } from '../select-failure.ts';
import { isReservedWord } from './reserved-words.ts';
import type { Token } from './token.ts';

const BLANKS = /(?:\s+|--[^\n\r]*|\/\*[\s\S]*?\*\/)*/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const OPERATOR = /<>|<=|>=|!=|\|\||[=<>+\-*/%]/y;
const PUNCTUATION = /[(),.[\]{};:@?]/y;
const OPERATOR_START = /[!|]/;

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

/** The text between quotes that opens at `at`, doubled quotes made single, and where it ends; undefined when it stays open. */
const readQuoted = (text: string, at: number): { readonly content: string; readonly end: number } | undefined => {
  const quote = text.charAt(at);
  let content = '';
  for (let from = at + 1; ; ) {
    const close = text.indexOf(quote, from);
    if (close < 0) return undefined;
    content += text.slice(from, close);
    if (text.charAt(close + 1) !== quote || quote === '`') return { content, end: close + 1 };
    content += quote;
    from = close + 2;
  }
};

const readQuotedToken = (text: string, at: number): { readonly token: Token; readonly end: number } => {
  const quote = text.charAt(at);
  const quoted = readQuoted(text, at);
  if (quoted === undefined) {
    const code = quote === '`' ? 'LexerInvalidIONLiteral' : 'LexerInvalidLiteral';
    throw new SelectFailure(code, `the ${quote} at position ${at + 1} is never closed`);
  }
  const kind = quote === "'" ? 'string' : quote === '"' ? 'quotedName' : 'ion';
  return { token: { kind, text: quoted.content, at }, end: quoted.end };
};

const readWord = (text: string, at: number): Token | undefined => {
  const word = matchAt(WORD, text, at);
  if (word === undefined) return undefined;
  const upper = word.toUpperCase();
  return isReservedWord(upper) ? { kind: 'keyword', text: upper, at } : { kind: 'name', text: word, at };
};

const readNumber = (text: string, at: number): Token | undefined => {
  const number = matchAt(NUMBER, text, at);
  if (number === undefined) return undefined;
  const trailing = matchAt(WORD, text, at + number.length);
  if (trailing !== undefined) {
    throw new SelectFailure(
      'LexerInvalidLiteral',
      `${JSON.stringify(number + trailing)} at position ${at + 1} is no number`,
    );
  }
  const kind = /[eE]/.test(number) ? 'float' : number.includes('.') ? 'decimal' : 'integer';
  return { kind, text: number, at };
};

/** The whole expression as tokens; the last is of kind `end`. Throws the Lexer… failures. */
export const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(BLANKS, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const char = text.charAt(at);
    if (char === "'" || char === '"' || char === '`') {
      const { token, end } = readQuotedToken(text, at);
      tokens.push(token);
      at = end;
      continue;
    }
    const token = readWord(text, at) ?? readNumber(text, at) ?? readSymbol(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
};

const readSymbol = (text: string, at: number): Token => {
  const operator = matchAt(OPERATOR, text, at);
  if (operator !== undefined) return { kind: 'operator', text: operator, at };
  const punctuation = matchAt(PUNCTUATION, text, at);
  if (punctuation !== undefined) return { kind: 'punctuation', text: punctuation, at };
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const code = OPERATOR_START.test(char) ? 'LexerInvalidOperator' : 'LexerInvalidChar';
  throw new SelectFailure(code, `${JSON.stringify(char)} at position ${at + 1} has no meaning here`);
};
