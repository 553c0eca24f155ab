import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlagError } from '@needlestack/service-kit';
import { writePrivately } from './write-privately.ts';

const FILE_NAME = 'root-credentials.json';
const ACCESS_KEY_ID_PATTERN = /^[A-Za-z0-9._-]{3,128}$/;
const SECRET_CHARACTERS_MIN = 16;

/** The key pair that may do everything. */
export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `created`: made just now and kept nowhere yet; to be kept and shown, this once, when the start has succeeded. */
  readonly source: 'settings' | 'file' | 'created';
}

function checked(
  accessKeyId: unknown,
  secretAccessKey: unknown,
  where: string,
): { accessKeyId: string; secretAccessKey: string } {
  if (typeof accessKeyId !== 'string' || !ACCESS_KEY_ID_PATTERN.test(accessKeyId)) {
    throw new FlagError(
      `${where}: the root access key id must be 3 to 128 letters, digits, dots, dashes or underscores`,
    );
  }
  if (typeof secretAccessKey !== 'string' || secretAccessKey.length < SECRET_CHARACTERS_MIN) {
    throw new FlagError(`${where}: the root secret access key must have at least ${SECRET_CHARACTERS_MIN} characters`);
  }
  return { accessKeyId, secretAccessKey };
}

/**
 * The root credentials: both settings, or neither and then those of the data directory, or new ones. There is no default secret.
 * Throws FlagError when only one setting is given or a value is unfit.
 */
export function loadRootCredentials(options: {
  readonly directory: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}): RootCredentials {
  if (options.accessKeyId !== '' || options.secretAccessKey !== '') {
    return { ...checked(options.accessKeyId, options.secretAccessKey, 'settings'), source: 'settings' };
  }
  const path = join(options.directory, FILE_NAME);
  let text: string | undefined;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (text !== undefined) {
    let stored: { accessKeyId?: unknown; secretAccessKey?: unknown };
    try {
      stored = JSON.parse(text);
    } catch {
      throw new FlagError(`${path} is not JSON; remove it to have new root credentials made`);
    }
    return { ...checked(stored.accessKeyId, stored.secretAccessKey, path), source: 'file' };
  }
  const made = {
    accessKeyId: `NSROOT${randomBytes(7).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  return { ...made, source: 'created' };
}

/** Keeps credentials that were made at this start. Called once everything runs: a start that fails leaves no secret that nobody saw. */
export function keepRootCredentials(directory: string, root: RootCredentials): void {
  if (root.source !== 'created') return;
  const { accessKeyId, secretAccessKey } = root;
  mkdirSync(directory, { recursive: true });
  writePrivately(join(directory, FILE_NAME), `${JSON.stringify({ accessKeyId, secretAccessKey }, null, 2)}\n`);
}
