import { isWildcard, type NameStep, type PathStep } from '../sql/ast/path-node.ts';
import { isList, StructValue, type Value } from '../value/value.ts';

/** The member of that name: for a bare name the exact spelling wins over one that differs in case. */
export const memberOf = (struct: StructValue, step: NameStep): Value => {
  const exact = struct.names.lastIndexOf(step.name);
  if (exact >= 0) return struct.values[exact];
  if (step.isQuoted) return undefined;
  const lower = step.name.toLowerCase();
  const index = struct.names.findIndex((name) => name.length === lower.length && name.toLowerCase() === lower);
  return index < 0 ? undefined : struct.values[index];
};

/** The value below one step that is no wildcard; MISSING where there is none. */
const stepInto = (value: Value, step: PathStep): Value => {
  if (step.kind === 'name') return value instanceof StructValue ? memberOf(value, step) : undefined;
  if (step.kind === 'index') return isList(value) ? value[step.index] : undefined;
  return undefined;
};

/** The value at the end of the path. With a wildcard on the way it is the list of all values there. */
export const followPath = (value: Value, steps: readonly PathStep[]): Value => {
  let current = value;
  for (const [index, step] of steps.entries()) {
    if (isWildcard(step)) {
      const items = itemsOf(current, step);
      return items?.flatMap((item) => expandPath(item, steps.slice(index + 1)));
    }
    current = stepInto(current, step);
  }
  return current;
};

const itemsOf = (value: Value, step: PathStep): readonly Value[] | undefined => {
  if (step.kind === 'eachItem') return isList(value) ? value : undefined;
  return value instanceof StructValue ? value.values : undefined;
};

/** Every value that the path leads to, in order: what FROM makes rows of. A step without a match gives one MISSING. */
export const expandPath = (value: Value, steps: readonly PathStep[]): Value[] => {
  let current: Value[] = [value];
  for (const step of steps) {
    current = isWildcard(step)
      ? current.flatMap((item) => {
          const items = itemsOf(item, step);
          return items === undefined || items.length === 0 ? [undefined] : [...items];
        })
      : current.map((item) => stepInto(item, step));
  }
  return current;
};
