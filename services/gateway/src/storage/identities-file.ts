/** The static identities file on disk. A file that cannot be used leaves the former identities in force. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { IdentitiesError, type IdentitiesFile, parseIdentities } from '@needlestack/access-control';
import { IDENTITIES_POLL_MS } from '../core/limits.ts';

export interface IdentitiesWatch {
  close(): void;
}

export interface IdentitiesWatcher {
  readonly onRead: (file: IdentitiesFile) => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Reads the file now and again whenever it changes, also when it is replaced by another one of the same name.
 *
 * @throws IdentitiesError that names the file when the first read fails
 */
export const watchIdentitiesFile = (path: string, watcher: IdentitiesWatcher): IdentitiesWatch => {
  watcher.onRead(readIdentities(path));
  const reread = (): void => {
    try {
      watcher.onRead(readIdentities(path));
    } catch (error) {
      watcher.onFailure(error);
    }
  };
  watchFile(path, { interval: IDENTITIES_POLL_MS, persistent: false }, reread);
  return { close: () => unwatchFile(path, reread) };
};

const readIdentities = (path: string): IdentitiesFile => {
  try {
    return parseIdentities(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = Error.isError(cause) ? cause.message : String(cause);
    throw new IdentitiesError(`the identities file ${path} cannot be used: ${why}`, { cause });
  }
};
