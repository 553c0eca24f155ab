import { VolumeError } from '@needlestack/service-contracts';
import { DirectoryHeldError, type HeldDirectory, holdDirectory } from '@needlestack/service-kit';

/** Takes a data directory for this process. @throws VolumeError `io-error` when another server holds it */
export function lockDirectory(directoryPath: string): HeldDirectory {
  try {
    return holdDirectory(directoryPath);
  } catch (error) {
    if (!(error instanceof DirectoryHeldError)) throw error;
    const reason = error.isInUse ? 'another volume server is using it' : 'its lock file cannot be opened';
    throw new VolumeError('io-error', `data directory ${directoryPath} cannot be used: ${reason}`, { cause: error });
  }
}
