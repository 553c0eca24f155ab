/**
 * The master's few durable facts as rows of an ordered store.
 *
 * Rows: `master/file-key-ceiling`, `master/volume-id-max` (unsigned 64-bit, big-endian), `master/topology-id` (text).
 */
import { randomUUID } from 'node:crypto';
import type { KvProgram, KvTransaction, OrderedKv } from '@needlestack/ordered-kv';
import type { DurableState, StateStore } from '../core/ports.ts';

const FILE_KEY_CEILING = Buffer.from('master/file-key-ceiling');
const VOLUME_ID_MAX = Buffer.from('master/volume-id-max');
const TOPOLOGY_ID = Buffer.from('master/topology-id');

const encodeNumber = (value: bigint): Buffer => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

const decodeNumber = (bytes: Buffer | undefined, name: string): bigint => {
  if (bytes === undefined) return 0n;
  if (bytes.length !== 8) throw new Error(`the master's ${name} has ${bytes.length} bytes, expected 8`);
  return bytes.readBigUInt64BE();
};

/** Writes a number unless the store has a higher one: with several masters nobody may lower it. */
function* raise(tx: KvTransaction, key: Buffer, value: bigint): KvProgram<void> {
  const current = decodeNumber(yield* tx.get(key), key.toString());
  if (value > current) tx.put(key, encodeNumber(value));
}

export const createStateStore = (kv: OrderedKv): StateStore => ({
  load: () =>
    kv.transact(function* (tx): KvProgram<DurableState> {
      let topologyId = (yield* tx.get(TOPOLOGY_ID))?.toString();
      if (topologyId === undefined) {
        topologyId = randomUUID();
        tx.put(TOPOLOGY_ID, Buffer.from(topologyId));
      }
      return {
        topologyId,
        fileKeyCeiling: decodeNumber(yield* tx.get(FILE_KEY_CEILING), 'file key ceiling'),
        volumeIdMax: Number(decodeNumber(yield* tx.get(VOLUME_ID_MAX), 'highest volume id')),
      };
    }),
  saveFileKeyCeiling: (ceiling) => kv.transact((tx) => raise(tx, FILE_KEY_CEILING, ceiling)),
  saveVolumeIdMax: (volumeIdMax) => kv.transact((tx) => raise(tx, VOLUME_ID_MAX, BigInt(volumeIdMax))),
});
