import { type NeedleVersion, paddingBytes } from './layout.ts';
import type { Needle } from './needle.ts';
import { hasFlag, NEEDLE_FLAG } from './needle-flags.ts';

/**
 * Writes the padding of a record at `at` and returns the position behind it. Readers ignore the content, yet it is fixed, so that
 * a record written here equals the same record written by SeaweedFS byte for byte:
 *
 *   version 3: the 4 bytes of the size field, then zeros
 *   version 2: low 4 bytes of lastModified, low 4 bytes of the id; without lastModified the 8 bytes of the id
 *   version 1: the 8 bytes of the id
 */
export function writePadding(
  target: Buffer,
  at: number,
  needle: Needle,
  sizeBytes: number,
  version: NeedleVersion,
): number {
  const length = paddingBytes(sizeBytes, version);
  const end = at + length;
  if (version === 3) {
    for (let i = 0; i < length; i += 1) target[at + i] = i < 4 ? (sizeBytes >>> (24 - 8 * i)) & 0xff : 0;
    return end;
  }
  const idHigh = Number(needle.id >> 32n);
  const idLow = Number(needle.id & 0xffffffffn);
  const showsTime = version === 2 && sizeBytes > 0 && hasFlag(needle.flags, NEEDLE_FLAG.hasLastModified);
  const first = showsTime ? needle.lastModifiedSeconds % 2 ** 32 : idHigh;
  for (let i = 0; i < length; i += 1) {
    target[at + i] = i < 4 ? (first >>> (24 - 8 * i)) & 0xff : (idLow >>> (56 - 8 * i)) & 0xff;
  }
  return end;
}
