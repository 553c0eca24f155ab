import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
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

/** The same, and makes a key in the data directory where there is none: on stable storage before anything is sealed under it. */
export function loadOrMakeRootKeys(options: { readonly directory: string; readonly setting: string }): RootKeyRing {
  const known = loadRootKeys(options);
  if (known !== undefined) return known;
  const key = randomBytes(KEY_BYTES);
  mkdirSync(options.directory, { recursive: true });
  writePrivately(
    join(options.directory, FILE_NAME),
    `# Encrypted objects cannot be read without this key: keep a copy away from the data.\n${key.toString('base64')}\n`,
  );
  return new RootKeyRing([key]);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
