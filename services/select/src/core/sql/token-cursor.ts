import { EXPRESSION_NESTING_MAX } from '../limits.ts';
import type { SelectErrorCode } from '../select-error-code.ts';
import { SelectFailure } from '../select-failure.ts';
import { showToken, type Token, type TokenKind } from './token.ts';

const END: Token = { kind: 'end', text: '', at: 0 };

/** A place in the token list that only moves forward. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at] ?? this.#tokens.at(-1) ?? END;
  }

  /** The token after the current one. */
  get following(): Token {
    return this.#tokens[this.#at + 1] ?? this.#tokens.at(-1) ?? END;
  }

  take(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  is(kind: TokenKind, text: string): boolean {
    return this.current.kind === kind && this.current.text === text;
  }

  isKeyword(word: string): boolean {
    return this.is('keyword', word);
  }

  isPunctuation(mark: string): boolean {
    return this.is('punctuation', mark);
  }

  /** Takes the keyword if it is the current token. */
  acceptKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.take();
    return true;
  }

  acceptPunctuation(mark: string): boolean {
    if (!this.isPunctuation(mark)) return false;
    this.take();
    return true;
  }

  expectKeyword(word: string): void {
    if (!this.acceptKeyword(word)) throw this.failure('ParseExpectedKeyword', word);
  }

  expectPunctuation(mark: string, code: SelectErrorCode): void {
    if (!this.acceptPunctuation(mark)) throw this.failure(code, mark);
  }

  /** A failure at the current token that says what was expected instead. */
  failure(code: SelectErrorCode, expected: string): SelectFailure {
    const { current } = this;
    return new SelectFailure(code, `${showToken(current)} at position ${current.at + 1}, expected ${expected}`);
  }

  /** Runs a parse one level deeper. Throws ExpressionTooLong beyond the nesting limit. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= EXPRESSION_NESTING_MAX) {
      throw new SelectFailure('ExpressionTooLong', `the expression nests deeper than ${EXPRESSION_NESTING_MAX}`);
    }
    this.#depth += 1;
    const result = parse();
    this.#depth -= 1;
    return result;
  }
}
