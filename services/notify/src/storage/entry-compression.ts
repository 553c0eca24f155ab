/** Queue files are raw Snappy blocks when their name says so. Pure. */
import { compress, uncompress } from 'snappyjs';
import { QUEUE_ENTRY_BYTES_MAX } from '../core/limits.ts';
import { Rqp1Error } from './rqp1-entry.ts';

export const COMPRESSED_SUFFIX = '.snappy';

export function compressEntry(bytes: Buffer): Buffer {
  return Buffer.from(compress(bytes));
}

/** @param isCompressed by the suffix of the file's name. Throws Rqp1Error, before anything is allocated when the size is too large. */
export function expandEntry(stored: Buffer, isCompressed: boolean): Buffer {
  if (!isCompressed) {
    checkSize(stored.length);
    return stored;
  }
  checkSize(declaredSize(stored));
  try {
    return Buffer.from(uncompress(stored, QUEUE_ENTRY_BYTES_MAX));
  } catch (cause) {
    throw new Rqp1Error('the Snappy block is damaged', { cause });
  }
}

function checkSize(sizeBytes: number): void {
  if (sizeBytes > QUEUE_ENTRY_BYTES_MAX) {
    throw new Rqp1Error(`an entry of ${sizeBytes} bytes is larger than ${QUEUE_ENTRY_BYTES_MAX}`);
  }
}

/** A block starts with its expanded size as a varint of at most 5 bytes. */
function declaredSize(stored: Buffer): number {
  let size = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = stored[index];
    if (byte === undefined) break;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return size;
  }
  throw new Rqp1Error('the Snappy block has no size');
}
