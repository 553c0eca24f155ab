import { ObjectStorageError } from '../object-storage-error.ts';

/** A source of credentials that is configured and failed. @param step its name, as in `container` */
export function credentialsUnavailable(step: string, message: string, cause?: unknown): ObjectStorageError {
  return new ObjectStorageError(
    'credentials-unavailable',
    message,
    { operation: 'credentials', key: step },
    cause === undefined ? {} : { cause },
  );
}

/** What an unknown error says. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
