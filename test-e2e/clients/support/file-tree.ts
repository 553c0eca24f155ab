import { createHash, randomBytes } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Larger than what clients under test send as one part. */
export const LARGE_BYTES = 11 * 1024 * 1024 + 7;

/** Names that file systems allow and that something on the way to a store likes to change. */
const ODD_NAMES = [
  'plus+and+more',
  'percent%20literal',
  'a b/ünï 日本 😀.txt',
  '.hidden/..two',
  'quote\'and"double',
  'a&b=c;d#e!(f)[g]{h}@i,j$k~l^m`n',
];

/** Writes a folder of files of all sizes and names that clients are to bring there and back. */
export function writeFileTree(folder: string): void {
  const sizes = { empty: 0, one: 1, 'some/4096': 4096, 'some/deep/er/65537': 65_537, 'large.bin': LARGE_BYTES };
  for (const [name, size] of Object.entries(sizes)) writeFile(folder, name, randomBytes(size));
  for (const name of ODD_NAMES) writeFile(folder, name, Buffer.from(name));
}

/** Digest of each file by its name below `folder`: equal when the trees are. */
export function readFileTree(folder: string): Record<string, string> {
  const names = globSync('**', { cwd: folder }).concat(globSync('**/.*{,/**}', { cwd: folder }));
  const files = [...new Set(names)].filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

function writeFile(folder: string, name: string, body: Buffer): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), body);
}
