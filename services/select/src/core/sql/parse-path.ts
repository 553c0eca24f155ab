import { SelectFailure } from '../select-failure.ts';
import type { NameStep, PathStep } from './ast/path-node.ts';
import type { TokenCursor } from './token-cursor.ts';

/** The name that stands at the cursor, or undefined. */
export const acceptName = (cursor: TokenCursor): NameStep | undefined => {
  const { kind, text } = cursor.current;
  if (kind !== 'name' && kind !== 'quotedName') return undefined;
  cursor.take();
  return { kind: 'name', name: text, isQuoted: kind === 'quotedName' };
};

/** Steps as long as there are any: `.name`, `."name"`, `.*`, `[n]`, `['name']`, `[*]`. */
export const parsePathSteps = (cursor: TokenCursor): PathStep[] => {
  const steps: PathStep[] = [];
  for (;;) {
    if (cursor.acceptPunctuation('.')) steps.push(parseMemberStep(cursor));
    else if (cursor.acceptPunctuation('[')) steps.push(parseBracketStep(cursor));
    else return steps;
  }
};

const parseMemberStep = (cursor: TokenCursor): PathStep => {
  if (cursor.is('operator', '*')) {
    cursor.take();
    return { kind: 'eachMember' };
  }
  const name = acceptName(cursor);
  if (name === undefined) throw cursor.failure('ParseInvalidPathComponent', 'a name or * after the point');
  return name;
};

const parseBracketStep = (cursor: TokenCursor): PathStep => {
  const token = cursor.take();
  let step: PathStep;
  if (token.kind === 'operator' && token.text === '*') step = { kind: 'eachItem' };
  else if (token.kind === 'string') step = { kind: 'name', name: token.text, isQuoted: true };
  else if (token.kind === 'integer') step = { kind: 'index', index: indexOf(token.text) };
  else
    throw new SelectFailure(
      'ParseInvalidPathComponent',
      `expected an index, a 'name' or * in [] at position ${token.at + 1}`,
    );
  cursor.expectPunctuation(']', 'ParseExpectedTokenType');
  return step;
};

const indexOf = (text: string): number => {
  const index = Number(text);
  if (!Number.isSafeInteger(index))
    throw new SelectFailure('ParseInvalidPathComponent', `the index ${text} is too large`);
  return index;
};
