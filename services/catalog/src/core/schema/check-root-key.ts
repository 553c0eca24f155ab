/**
 * Secrets and keys of objects lie under a root key that the store itself does not hold. A mark that is sealed under it tells at the start
 * whether this process has the right one: with another, nothing old would open, and what is written would lie under a key nobody keeps.
 */
import type { Sealer } from '@needlestack/access-control';
import { KvError, type OrderedKv } from '@needlestack/ordered-kv';
import { secretKey } from '../keys.ts';

/** The root keys at hand do not open what this store keeps. */
export class RootKeyError extends Error {
  override readonly name = 'RootKeyError';
}

const NAME = 'mark of the root key';
const PURPOSE = 'store';
const MARK = Buffer.from('needlestack');
/** What is sealed begins with the name of the key that sealed it. */
const KEY_NAME_BYTES = 4;

/** Leaves a mark in a store that has none, and one under the newest key when keys are rotated. @throws RootKeyError */
export async function checkRootKey(kv: OrderedKv, sealer: Sealer): Promise<void> {
  const key = secretKey(NAME);
  const kept = await kv.get(key);
  if (kept !== undefined && !opens(sealer, kept)) {
    throw new RootKeyError('the root key is not the one under which this store keeps secrets and encrypted objects');
  }
  const mark = Buffer.from(sealer.seal(MARK, PURPOSE, MARK));
  if (kept?.subarray(0, KEY_NAME_BYTES).equals(mark.subarray(0, KEY_NAME_BYTES)) === true) return;
  try {
    // biome-ignore lint/correctness/useYield: a program that only writes
    await kv.transact(function* (tx) {
      tx.put(key, mark);
    });
  } catch (error) {
    // A store without room can be read still; the next start leaves the mark.
    if (!(error instanceof KvError) || error.code !== 'unavailable') throw error;
  }
}

function opens(sealer: Sealer, sealed: Buffer): boolean {
  try {
    return MARK.equals(sealer.unseal(sealed, PURPOSE, MARK));
  } catch {
    return false;
  }
}
