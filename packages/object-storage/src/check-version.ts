import { ObjectStorageError } from './object-storage-error.ts';

/** @throws ObjectStorageError `precondition-failed` when the object has another ETag than the one that is asked for, if any is */
export function checkVersion(operation: string, key: string, found: string, expected: string | undefined): void {
  if (expected === undefined || found === expected) return;
  const message = `the object is version ${found}, expected ${expected}`;
  throw new ObjectStorageError('precondition-failed', message, { operation, key });
}
