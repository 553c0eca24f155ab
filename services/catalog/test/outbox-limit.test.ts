import type { KvTransaction } from '@needlestack/ordered-kv';
import { appendOutboxRow } from '../src/core/outbox/append-outbox-row.ts';
import { advanceOutboxCursor, trimOutbox } from '../src/core/outbox/outbox-cursor.ts';
import { openLmdbCatalog } from './open-stores.ts';

const ROWS_MAX = 10_000_000;

test('a full outbox refuses the write with SlowDown, and takes it when consumers have moved on', async () => {
  const store = openLmdbCatalog();
  // The sequence is set where ten million commits would have brought it.
  const append = (sequence: number) =>
    store.kv.transact(function* (tx) {
      const context = { nowMs: 0, usageStripes: 1, makeNonce: () => '', hasAppendedToOutbox: false };
      const far: KvTransaction = {
        get: (key) => tx.get(key),
        getDecoded: (key, decode) => tx.getDecoded(key, decode),
        getMany: (keys) => tx.getMany(keys),
        scan: (range) => tx.scan(range),
        scanDecoded: (range, decode) => tx.scanDecoded(range, decode),
        walk: (walk, walker) => tx.walk(walk, walker),
        put: (key, value) => tx.put(key, value),
        delete: (key) => tx.delete(key),
        *nextSequence() {
          yield* tx.get(Buffer.from('x'));
          return sequence;
        },
      };
      yield* appendOutboxRow(far, { bucket: 'b', change: { kind: 'rules' } }, context);
    });
  try {
    await append(ROWS_MAX);
    await expect(append(ROWS_MAX + 1)).rejects.toMatchObject({ code: 'SlowDown' });
    await store.kv.transact((tx) => advanceOutboxCursor(tx, 'consumer', 2n));
    await store.kv.transact((tx) => trimOutbox(tx, 0));
    await append(ROWS_MAX + 1);
    await expect(append(ROWS_MAX + 2)).rejects.toMatchObject({ code: 'SlowDown' });
  } finally {
    await store.destroy();
  }
});
