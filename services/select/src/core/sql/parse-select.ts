import { EXPRESSION_LIST_MAX, EXPRESSION_MAX_BYTES } from '../limits.ts';
import type { SelectErrorCode } from '../select-error-code.ts';
import { SelectFailure } from '../select-failure.ts';
import type { ExpressionNode } from './ast/expression-node.ts';
import { isWildcard, type PathNode } from './ast/path-node.ts';
import type { FromNode, OrderItemNode, SelectItemNode, SelectNode } from './ast/select-node.ts';
import { parseExpression } from './parse-expression.ts';
import { acceptName, parsePathSteps } from './parse-path.ts';
import { TokenCursor } from './token-cursor.ts';
import { tokenize } from './tokenize.ts';

/** Keywords that begin or join what the dialect does not have. */
const UNSUPPORTED_STRUCTURE: ReadonlySet<string> = new Set([
  'CROSS',
  'DISTINCT',
  'EXCEPT',
  'FULL',
  'HAVING',
  'INNER',
  'INTERSECT',
  'JOIN',
  'LEFT',
  'NATURAL',
  'OUTER',
  'RIGHT',
  'UNION',
]);
const JOINS: ReadonlySet<string> = new Set(['CROSS', 'FULL', 'INNER', 'JOIN', 'LEFT', 'NATURAL', 'OUTER', 'RIGHT']);

const unsupported = (what: string): SelectFailure =>
  new SelectFailure('UnsupportedSqlStructure', `${what} is not supported`);

/** One statement. Throws ExpressionTooLong, the Lexer… and Parse… failures, UnsupportedSyntax and UnsupportedSqlStructure. */
export const parseSelect = (expression: string): SelectNode => {
  if (Buffer.byteLength(expression) > EXPRESSION_MAX_BYTES) {
    throw new SelectFailure('ExpressionTooLong', `the expression is longer than ${EXPRESSION_MAX_BYTES} bytes`);
  }
  const cursor = new TokenCursor(tokenize(expression));
  if (!cursor.acceptKeyword('SELECT')) throw cursor.failure('UnsupportedSyntax', 'SELECT');
  refuseQuantifiers(cursor);
  const written = parseItems(cursor);
  if (!cursor.isKeyword('FROM')) throw missingFrom(cursor);
  cursor.take();
  const from = parseFrom(cursor);
  const where = cursor.acceptKeyword('WHERE') ? parseExpression(cursor) : undefined;
  const groupBy = parseGroupBy(cursor);
  const orderBy = parseOrderBy(cursor);
  const limit = parseLimit(cursor);
  parseEnd(cursor);
  return { items: resolveItems(written, from), from, where, groupBy, orderBy, limit };
};

const refuseQuantifiers = (cursor: TokenCursor): void => {
  if (cursor.isKeyword('DISTINCT')) throw unsupported('DISTINCT');
  if (cursor.isKeyword('ALL') || cursor.isKeyword('VALUE') || cursor.isKeyword('PIVOT')) {
    throw cursor.failure('ParseUnsupportedSelect', 'a select list');
  }
  if (cursor.isKeyword('FROM') || cursor.current.kind === 'end')
    throw cursor.failure('ParseEmptySelect', 'a select list');
};

const missingFrom = (cursor: TokenCursor): SelectFailure => {
  const { kind, text } = cursor.current;
  if (kind === 'end' || (kind === 'keyword' && (text === 'WHERE' || text === 'LIMIT'))) {
    return cursor.failure('ParseSelectMissingFrom', 'FROM');
  }
  return leftover(cursor, 'FROM');
};

/** Why the token at the cursor cannot stand where a clause ended. */
const leftover = (cursor: TokenCursor, expected: string): SelectFailure => {
  const { kind, text } = cursor.current;
  if (startsJoin(cursor)) return refuseJoin(cursor);
  if (kind === 'keyword' && UNSUPPORTED_STRUCTURE.has(text)) return unsupported(text);
  if (kind === 'name' && text.toUpperCase() === 'OFFSET') return unsupported('OFFSET');
  return cursor.failure(LEFTOVER_CODE[kind] ?? 'ParseUnexpectedTerm', expected);
};

const LEFTOVER_CODE: Readonly<Partial<Record<string, SelectErrorCode>>> = {
  keyword: 'ParseUnExpectedKeyword',
  operator: 'ParseUnexpectedOperator',
  punctuation: 'ParseUnexpectedToken',
};

const startsJoin = ({ current }: TokenCursor): boolean => current.kind === 'keyword' && JOINS.has(current.text);

/** A join that is well formed is refused as such, a broken one as broken. */
const refuseJoin = (cursor: TokenCursor): SelectFailure => {
  while (startsJoin(cursor) && !cursor.isKeyword('JOIN')) cursor.take();
  if (!cursor.acceptKeyword('JOIN')) return cursor.failure('ParseMalformedJoin', 'JOIN');
  if (acceptName(cursor) === undefined) return cursor.failure('ParseMalformedJoin', 'a table');
  return unsupported('JOIN');
};

const parseItems = (cursor: TokenCursor): '*' | SelectItemNode[] => {
  if (cursor.is('operator', '*')) {
    cursor.take();
    if (cursor.isPunctuation(',')) throw cursor.failure('ParseAsteriskIsNotAloneInSelectList', 'FROM after *');
    return '*';
  }
  const items: SelectItemNode[] = [];
  do {
    if (cursor.is('operator', '*')) throw cursor.failure('ParseAsteriskIsNotAloneInSelectList', 'an expression');
    items.push({ expression: parseExpression(cursor), alias: parseAlias(cursor) });
    if (items.length > EXPRESSION_LIST_MAX)
      throw new SelectFailure('ExpressionTooLong', 'the select list has too many items');
  } while (cursor.acceptPunctuation(','));
  return items;
};

const parseAlias = (cursor: TokenCursor): string | undefined => {
  const isAnnounced = cursor.acceptKeyword('AS');
  if (!isAnnounced && cursor.current.text.toUpperCase() === 'OFFSET') return undefined;
  const name = acceptName(cursor);
  if (name === undefined && isAnnounced) throw cursor.failure('ParseExpectedIdentForAlias', 'a name after AS');
  return name?.name;
};

/** Wildcards in the list: `alias.*` alone is the row, everything else is refused by its own code. */
const resolveItems = (items: '*' | readonly SelectItemNode[], from: FromNode): '*' | readonly SelectItemNode[] => {
  if (items === '*') return '*';
  for (const { expression } of items) {
    if (expression.kind !== 'path' || !expression.steps.some(isWildcard)) continue;
    if (isWholeRow(expression, from)) {
      if (items.length === 1) return '*';
      throw new SelectFailure('ParseAsteriskIsNotAloneInSelectList', 'alias.* must stand alone in the select list');
    }
    const hasBracket = expression.steps.some((step) => step.kind === 'index' || step.kind === 'eachItem');
    const hasStar = expression.steps.some((step) => step.kind === 'eachMember');
    throw hasBracket && hasStar
      ? new SelectFailure('ParseCannotMixSqbAndWildcardInSelectList', 'a path mixes [] and * in the select list')
      : new SelectFailure('ParseInvalidContextForWildcardInSelectList', 'a path of the select list has a wildcard');
  }
  return items;
};

const isWholeRow = (path: PathNode, from: FromNode): boolean => {
  if (path.steps.length !== 1 || path.steps[0]?.kind !== 'eachMember') return false;
  const name = path.root.name.toUpperCase();
  return name === TABLE || name === from.alias?.toUpperCase();
};

export const TABLE = 'S3OBJECT';
/** What older clients of a related engine call the table. */
const TABLE_STDIN = 'STDIN';

const parseFrom = (cursor: TokenCursor): FromNode => {
  if (cursor.isPunctuation('(')) throw unsupported('a subquery');
  if (cursor.current.kind === 'keyword') throw cursor.failure('ParseUnExpectedKeyword', 'S3Object');
  if (cursor.current.kind === 'end') throw cursor.failure('ParseExpectedExpression', 'S3Object');
  const table = acceptName(cursor);
  if (table === undefined) throw cursor.failure('ParseUnexpectedTerm', 'S3Object');
  const name = table.name.toUpperCase();
  if (name !== TABLE && name !== TABLE_STDIN) {
    throw new SelectFailure('InvalidTableAlias', `there is no table ${table.name.slice(0, 100)}, only S3Object`);
  }
  const steps = parsePathSteps(cursor);
  if (steps.length > 0 && steps[0]?.kind !== 'eachItem') {
    throw new SelectFailure('ParseInvalidPathComponent', 'a path after S3Object must begin with [*]');
  }
  const alias = parseAlias(cursor);
  refuseAt(cursor);
  if (cursor.isPunctuation(',')) throw unsupported('a join');
  if (startsJoin(cursor)) throw refuseJoin(cursor);
  return { steps: steps.slice(1), hasPath: steps.length > 0, alias };
};

const refuseAt = (cursor: TokenCursor): void => {
  if (!cursor.acceptKeyword('AT')) return;
  if (acceptName(cursor) === undefined) throw cursor.failure('ParseExpectedIdentForAt', 'a name after AT');
  throw new SelectFailure('ParseUnsupportedAlias', 'AT is not supported');
};

const parseGroupBy = (cursor: TokenCursor): ExpressionNode[] => {
  const keys: ExpressionNode[] = [];
  if (!cursor.acceptKeyword('GROUP')) return keys;
  cursor.expectKeyword('BY');
  do {
    const key = parseExpression(cursor);
    if (key.kind === 'literal') throw new SelectFailure('ParseUnsupportedLiteralsGroupBy', 'GROUP BY takes no literal');
    keys.push(key);
    if (keys.length > EXPRESSION_LIST_MAX) throw new SelectFailure('ExpressionTooLong', 'GROUP BY has too many keys');
  } while (cursor.acceptPunctuation(','));
  if (cursor.acceptKeyword('AS') && acceptName(cursor) === undefined) {
    throw cursor.failure('ParseExpectedIdentForGroupName', 'a name for the group');
  }
  return keys;
};

const parseOrderBy = (cursor: TokenCursor): OrderItemNode[] => {
  const items: OrderItemNode[] = [];
  if (!cursor.acceptKeyword('ORDER')) return items;
  cursor.expectKeyword('BY');
  do {
    const expression = parseExpression(cursor);
    const isDescending = cursor.acceptKeyword('DESC');
    if (!isDescending) cursor.acceptKeyword('ASC');
    items.push({ expression, isDescending });
    if (items.length > EXPRESSION_LIST_MAX) throw new SelectFailure('ExpressionTooLong', 'ORDER BY has too many keys');
  } while (cursor.acceptPunctuation(','));
  return items;
};

const parseLimit = (cursor: TokenCursor): number | undefined => {
  if (!cursor.acceptKeyword('LIMIT')) return undefined;
  if (cursor.current.kind !== 'integer') throw cursor.failure('ParseExpectedNumber', 'a whole number of rows');
  // Beyond what a number counts exactly there are no rows to count.
  return Math.min(Number(cursor.take().text), Number.MAX_SAFE_INTEGER);
};

const parseEnd = (cursor: TokenCursor): void => {
  const hasSemicolon = cursor.acceptPunctuation(';');
  if (cursor.current.kind === 'end') return;
  throw hasSemicolon ? unsupported('a second statement') : leftover(cursor, 'the end of the expression');
};
