import { join, sep } from 'node:path';

/**
 * How keys become paths below the storage's directory. Every key has a path of its own and every path of this form a key:
 *
 * - A segment between slashes is a name; of its UTF-8 bytes A-Z a-z 0-9 - _ . ~ and those above 0x7f stay, others become %XX, as
 *   do the dots of `.` and `..`.
 * - A directory's name ends in `%`, which no object's does, so that `a` and `a/b` can both be there.
 * - An empty last segment (`a/`) is the file `%_`.
 * - Names that begin with `%` and a lower-case letter are the storage's own.
 */
export const TEMPORARY_DIRECTORY = '%tmp';
export const UPLOADS_DIRECTORY = '%uploads';

const EMPTY_NAME = '%_';
const DIRECTORY_MARK = '%';
const PLAIN = /^[A-Za-z0-9\-_~\u0080-\u{10ffff}][A-Za-z0-9\-_.~\u0080-\u{10ffff}]*$/u;
const ESCAPED = /[^A-Za-z0-9\-_.~\u0080-\u{10ffff}]/gu;

/** Path of a key's file, relative to the storage's directory. */
export function keyToPath(key: string): string {
  const segments = key.toWellFormed().split('/');
  const file = segments.pop() ?? '';
  return join(...segments.map(directoryName), file === '' ? EMPTY_NAME : encodeSegment(file));
}

/** Name of the directory that a segment with something behind it becomes. */
function directoryName(segment: string): string {
  return `${encodeSegment(segment)}${DIRECTORY_MARK}`;
}

/** The part of a key that a directory entry stands for; a directory's ends in a slash. Undefined for what is not of a key. */
export function entryToKeyPart(name: string, isDirectory: boolean): string | undefined {
  if (isDirectory) {
    if (!name.endsWith(DIRECTORY_MARK)) return undefined;
    const segment = decodeSegment(name.slice(0, -DIRECTORY_MARK.length));
    return segment === undefined ? undefined : `${segment}/`;
  }
  return name === EMPTY_NAME ? '' : decodeSegment(name);
}

/** The deepest directory that holds all keys with the prefix, and the part of them that it stands for. */
export function prefixToDirectory(prefix: string): { readonly path: string; readonly keyPart: string } {
  const end = prefix.lastIndexOf('/') + 1;
  const segments = prefix.slice(0, Math.max(0, end - 1)).split('/');
  return { path: end === 0 ? '' : segments.map(directoryName).join(sep), keyPart: prefix.slice(0, end) };
}

function encodeSegment(segment: string): string {
  if (PLAIN.test(segment)) return segment;
  const escaped = segment.replace(ESCAPED, escapeCharacter);
  return escaped === '.' || escaped === '..' ? escaped.replaceAll('.', '%2E') : escaped;
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function decodeSegment(name: string): string | undefined {
  // Upper-case escapes only: what this file did not write is not a key.
  if (name.includes('%') && !/^(?:[^%]|%[0-9A-F]{2})*$/u.test(name)) return undefined;
  return name.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
