export type TokenKind =
  | 'keyword'
  | 'name'
  | 'quotedName'
  | 'string'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'ion'
  | 'operator'
  | 'punctuation'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Keywords in upper case; names, strings and Ion without their quotes; the rest as written. */
  readonly text: string;
  /** Where the token begins, in UTF-16 units from the expression's start. */
  readonly at: number;
}

/** The token for messages. */
export const showToken = (token: Token): string =>
  token.kind === 'end' ? 'the end of the expression' : JSON.stringify(token.text.slice(0, 100));
