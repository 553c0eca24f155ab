import { MAX_KEY_BYTES } from '@needlestack/s3-protocol';
import { ObjectStorageError } from './object-storage-error.ts';

/** @throws ObjectStorageError `backend` for a key that no store takes: empty, or longer than 1,024 bytes */
export function checkKey(operation: string, key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > 0 && sizeBytes <= MAX_KEY_BYTES) return;
  const backendCode = sizeBytes === 0 ? 'InvalidArgument' : 'KeyTooLongError';
  const message = `the key has ${sizeBytes} bytes, expected 1 to ${MAX_KEY_BYTES}`;
  throw new ObjectStorageError('backend', message, { operation, key, backendCode });
}
