import type { SelectItemNode } from '../sql/ast/select-node.ts';

/** The name of a column of the result: its alias, else the last element of its path, else its position. */
export const columnNameOf = (item: SelectItemNode, index: number): string => {
  if (item.alias !== undefined) return item.alias;
  const positional = `_${index + 1}`;
  const { expression } = item;
  if (expression.kind !== 'path') return positional;
  const last = expression.steps.at(-1) ?? expression.root;
  return last.kind === 'name' ? last.name : positional;
};
