import { KvError, type KvErrorCode, type OrderedKv } from '@needlestack/ordered-kv';

/** When the next transaction fails: before it does anything, or after its writes are there. */
export interface Fault {
  readonly when: 'before' | 'after';
  readonly code: KvErrorCode;
}

export interface FaultyKv {
  readonly kv: OrderedKv;
  /** Faults of the next transactions, in order. */
  readonly faults: Fault[];
}

/** A store whose transactions fail when a test says so. */
export function makeFaulty(store: OrderedKv): FaultyKv {
  const faults: Fault[] = [];
  const kv: OrderedKv = {
    writers: store.writers,
    transact: async (program, signal) => {
      const fault = faults.shift();
      if (fault?.when === 'before') throw new KvError(fault.code, 'a fault of the test');
      const result = await store.transact(program, signal);
      if (fault?.when === 'after') throw new KvError(fault.code, 'a fault of the test');
      return result;
    },
    read: (program) => store.read(program),
    pin: () => store.pin(),
    get: (key) => store.get(key),
    whyNotWritable: () => store.whyNotWritable(),
    close: () => store.close(),
  };
  return { kv, faults };
}
