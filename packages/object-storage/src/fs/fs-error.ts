import { ObjectStorageError, type ObjectStorageErrorCode } from '../object-storage-error.ts';

const CODES: Readonly<Record<string, ObjectStorageErrorCode>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EISDIR: 'not-found',
  EACCES: 'access-denied',
  EPERM: 'access-denied',
};

/** The system's code of an error; empty when it has none. */
export function systemCode(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;
  return isCoded && typeof error.code === 'string' ? error.code : '';
}

/** An error of the file system as one of storages. Others, and reasons of signals, are returned as they are. */
export function toStorageError(error: unknown, operation: string, key: string): unknown {
  const backendCode = systemCode(error);
  if (backendCode === '') return error;
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return new ObjectStorageError(CODES[backendCode] ?? 'io', message, { operation, key, backendCode }, { cause: error });
}
