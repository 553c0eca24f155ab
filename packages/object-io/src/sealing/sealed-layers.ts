/** A chunk sealed with one key, or with one after the other (DSSE-KMS): what the inner one makes, the outer one seals. */
import { type DataKey, openInPlace, openSingleSegment, SEGMENT_BYTES, sealedBytes, sealInto } from './sealed-chunk.ts';

/** Inner key first; none for an object that lies plain. */
export type DataKeys = readonly DataKey[];

/** Length in the needle. */
export function storedBytes(sizeBytes: number, keys: DataKeys): number {
  let stored = sizeBytes;
  for (const _ of keys) stored = sealedBytes(stored);
  return stored;
}

/** @param room storedBytes long; the plain bytes may lie at its start */
export function sealLayers(room: Uint8Array, plain: Uint8Array, keys: DataKeys, makePrefix: () => Uint8Array): void {
  let inner = plain;
  for (const key of keys) {
    const outer = room.subarray(0, sealedBytes(inner.length));
    sealInto(outer, inner, key, makePrefix());
    inner = outer;
  }
}

/**
 * Opens a range of a stored chunk, where it lies but for small ones.
 * @returns the chunk's bytes, of which only those asked for can be relied on
 * @throws SealError
 */
export function openLayers(
  stored: Uint8Array,
  sizeBytes: number,
  keys: DataKeys,
  fromBytes: number,
  toBytes: number,
): Uint8Array {
  const [only] = keys;
  if (only !== undefined && keys.length === 1 && sizeBytes <= SEGMENT_BYTES)
    return openSingleSegment(stored, sizeBytes, only);
  for (let layer = keys.length - 1; layer >= 0; layer -= 1) {
    const key = keys[layer];
    if (key === undefined) continue;
    const innerBytes = storedBytes(sizeBytes, keys.slice(0, layer));
    const sealed = stored.subarray(0, sealedBytes(innerBytes));
    // The inner seal's tags lie at its end: an outer layer is opened whole.
    if (layer === 0) openInPlace(sealed, innerBytes, key, fromBytes, toBytes);
    else openInPlace(sealed, innerBytes, key, 0, innerBytes);
  }
  return stored.subarray(0, sizeBytes);
}
