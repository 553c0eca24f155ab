import { DirectoryHeldError, type HeldDirectory, holdDirectory } from '@needlestack/service-kit';
import { NotifyError } from '../core/notify-error.ts';

/** Takes a directory for this process. @throws NotifyError `unavailable` when another process holds it */
export function lockDirectory(path: string): HeldDirectory {
  try {
    return holdDirectory(path);
  } catch (error) {
    if (!(error instanceof DirectoryHeldError)) throw error;
    throw new NotifyError('unavailable', `the directory ${path} is used by another process, or cannot be written`, {
      cause: error,
    });
  }
}
