import { NAME_BYTES_MAX, NAMESPACE_LEVELS_MAX } from './limits.ts';
import { TableError } from './table-error.ts';

/** Between the levels of a namespace in paths and query parameters (Iceberg REST: the unit separator). */
export const NAMESPACE_SEPARATOR = '\u001f';

/** The levels of a namespace from the outermost, at least one. */
export type NamespacePath = readonly string[];

/** Reads a decoded path segment or parameter. */
export function parseNamespacePath(text: string): NamespacePath {
  return checkNamespacePath(text.split(NAMESPACE_SEPARATOR));
}

/** As messages and `a.b` identifiers show it. */
export function formatNamespacePath(path: NamespacePath): string {
  return path.join('.');
}

export function checkNamespacePath(levels: readonly string[]): NamespacePath {
  if (levels.length === 0) throw new TableError('bad-request', 'A namespace needs at least one level');
  if (levels.length > NAMESPACE_LEVELS_MAX) {
    throw new TableError(
      'bad-request',
      `A namespace has at most ${NAMESPACE_LEVELS_MAX} levels, found ${levels.length}`,
    );
  }
  for (const level of levels) checkName(level, 'namespace level');
  return levels;
}

/** Any text that a path can carry: not empty, no separator, no zero, not `.` or `..`, valid unicode. */
export function checkName(name: string, what: string): string {
  const refuse = (why: string): TableError =>
    new TableError('bad-request', `Invalid ${what} ${JSON.stringify(name.slice(0, 80))}: ${why}`);
  if (name === '') throw refuse('it is empty');
  if (name === '.' || name === '..') throw refuse('a path would lose it');
  if (name.includes(NAMESPACE_SEPARATOR) || name.includes('\0')) throw refuse('it holds a separator');
  if (!name.isWellFormed()) throw refuse('it is no valid unicode');
  const lengthBytes = Buffer.byteLength(name);
  if (lengthBytes > NAME_BYTES_MAX) throw refuse(`it has ${lengthBytes} bytes, at most ${NAME_BYTES_MAX} are allowed`);
  return name;
}
