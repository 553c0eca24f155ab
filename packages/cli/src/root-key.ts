import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseRootKeys, RootKeyRing } from '@needlestack/key-management';
import { FlagError } from '@needlestack/service-kit';
import { writePrivately } from './write-privately.ts';

const FILE_NAME = 'root.key';
const KEY_BYTES = 32;

/**
 * The root keys: those of the setting, else those of the data directory; undefined when there are none.
 * @param setting one key a line, or separated by commas; the newest first
 * Throws FlagError when what is there is no key.
 */
export function loadRootKeys({
  directory,
  setting,
}: {
  readonly directory: string;
  readonly setting: string;
}): RootKeyRing | undefined {
  const path = join(directory, FILE_NAME);
  const text = setting === '' ? readIfThere(path) : setting.replaceAll(',', '\n');
  if (text === undefined) return undefined;
  try {
    return new RootKeyRing(parseRootKeys(text));
  } catch (error) {
    const where = setting === '' ? path : '-root.key';
    throw new FlagError(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export interface UsedRootKeys {
  readonly ring: RootKeyRing;
  /** They were made just now. */
  readonly isNew: boolean;
}

/** The same, and makes a key in the data directory where there is none: on stable storage before anything is sealed under it. */
export function loadOrMakeRootKeys(options: { readonly directory: string; readonly setting: string }): UsedRootKeys {
  const known = loadRootKeys(options);
  if (known !== undefined) return { ring: known, isNew: false };
  const key = randomBytes(KEY_BYTES);
  mkdirSync(options.directory, { recursive: true });
  writePrivately(
    join(options.directory, FILE_NAME),
    `# Encrypted objects cannot be read without this key: keep a copy away from the data.\n${key.toString('base64')}\n`,
  );
  return { ring: new RootKeyRing([key]), isNew: true };
}

/**
 * What to tell of a store that lies under another root key than the one at hand. A key that was made for this start is removed: the store has
 * not taken it, and the file's place is for the right one.
 */
export function explainWrongRootKey(
  { directory, setting }: { readonly directory: string; readonly setting: string },
  { isNew }: Pick<UsedRootKeys, 'isNew'>,
): FlagError {
  const path = join(directory, FILE_NAME);
  if (isNew) rmSync(path, { force: true });
  const found = isNew ? `${path} is missing` : `${setting === '' ? path : '-root.key'} is another key`;
  return new FlagError(
    `${found}, and the catalog keeps secrets and encrypted objects under the one that it was made with: bring that back, or give both (-root.key=new,old)`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
