import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { readNeedleData } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import type { Volume } from '../../src/core/volume/volume.ts';

const COOKIE = 7;

/** The content that every needle of these tests has, by its id. */
export function contentOf(id: number, sizeBytes = 100): Buffer {
  return Buffer.alloc(sizeBytes, id);
}

/** Writes the needle's own content. */
export function put(volume: Volume, id: number, sizeBytes = 100): Promise<string> {
  return writeNeedle(volume, plainNeedle(BigInt(id), COOKIE, contentOf(id, sizeBytes), 0));
}

/** Fails unless the needle reads as it was written. */
export async function get(volume: Volume, id: number, sizeBytes = 100): Promise<void> {
  const data = await readNeedleData(volume, { volumeId: volume.volumeId, needleKey: BigInt(id), cookie: COOKIE });
  expect(Buffer.compare(data, contentOf(id, sizeBytes))).toBe(0);
}

export function remove(volume: Volume, id: number): Promise<number | undefined> {
  return deleteNeedle(volume, BigInt(id), { cookie: COOKIE });
}
