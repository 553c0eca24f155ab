/** The scan over every row that names needles: one moment, however needles move between tables. */
import { createKvBatchScanner, decodeChunks } from '@needlestack/kv-scan';
import type { Chunk } from '@needlestack/service-contracts';
import { TABLE } from '../../src/core/keys.ts';
import { bucketRequest, deleteEvent, makeChunk, makeVersion, putEvent } from '../sample-requests.ts';
import { describeScansOnBothStores, portOf, type TestScans } from './open-scans.ts';
import { writeUntilTaken } from './write-until-taken.ts';

/** By each of two writers, during one scan. */
const MOVES = 6;
const PART_BYTES = 5 * 1024 * 1024;
const ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

describeScansOnBothStores('the needles that rows name', (open) => {
  let store: TestScans;

  beforeEach(async () => {
    store = await open();
    await store.catalog.createBucket(bucketRequest('box'));
  });
  afterEach(() => store.destroy());

  const put = (key: string, chunk: Chunk) =>
    store.catalog.commitObject({ bucket: 'box', key, version: makeVersion({ chunks: [chunk] }), event: putEvent });

  async function upload(key: string, chunks: readonly Chunk[]): Promise<string> {
    const { uploadId } = await writeUntilTaken(() =>
      store.catalog.createUpload({
        bucket: 'box',
        key,
        template: { systemHeaders: {}, userMetadata: {}, ownerId: 'owner' },
        initiatorId: 'owner',
      }),
    );
    for (const [index, chunk] of chunks.entries())
      await writeUntilTaken(() =>
        store.catalog.putPart({
          bucket: 'box',
          key,
          uploadId,
          partNumber: index + 1,
          sizeBytes: PART_BYTES,
          etag: ETAG,
          chunks: [chunk],
        }),
      );
    return uploadId;
  }

  async function scan(options: { readonly bytes: number; readonly mode?: 'pinned' | 'token' }) {
    const { bytes, mode = 'pinned' } = options;
    const scanner = createKvBatchScanner({
      port: portOf(store.scans),
      table: 'needles',
      bucketId: 0,
      mode,
      scannerKvFetchMaxBytes: bytes,
    });
    const needles = new Set<bigint>();
    const tables: number[] = [];
    for await (const batch of scanner.batches())
      for (const { key, value } of batch) {
        tables.push(key[0] ?? 0);
        for (const { needleKey } of decodeChunks(value)) needles.add(needleKey);
      }
    return { needles, tables };
  }

  test('objects, parts and garbage, in the order of their tables, whatever the size of batches', async () => {
    const chunks = Array.from({ length: 9 }, () => makeChunk());
    const [a, b, c, d, e, f, ...rest] = chunks;
    if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined || f === undefined)
      throw new Error('too few');
    await put('a', a);
    await put('b', b);
    await upload('c', [c, d]);
    await put('replaced', e);
    await put('replaced', f);
    await store.catalog.addGarbage(rest);
    const expected = new Set(chunks.map(({ needleKey }) => needleKey));
    const tables = [
      ...Array.from({ length: 3 }, () => TABLE.object),
      ...Array.from({ length: 2 }, () => TABLE.part),
      ...Array.from({ length: 2 }, () => TABLE.garbage),
    ];
    for (const bytes of [1, 40, 100, 200, 100_000])
      for (const mode of ['pinned', 'token'] as const)
        expect([bytes, mode, await scan({ bytes, mode })]).toEqual([bytes, mode, { needles: expected, tables }]);
    expect(store.scans.openScanners).toBe(0);
  });

  test('a needle that moves is never missed', async () => {
    const rounds = store.kv.writers === 'single' ? 20 : 5;
    const named = new Set<bigint>();
    const name = (chunk: Chunk): Chunk => {
      named.add(chunk.needleKey);
      return chunk;
    };
    for (let number = 0; number < 50; number += 1) await put(`still ${number}`, name(makeChunk()));
    let moved = 0;
    const move = async () => {
      for (let count = 0; count < MOVES; count += 1) {
        const number = moved;
        moved += 1;
        const key = `moving ${number % 7}`;
        const chunks = [makeChunk(), makeChunk()];
        const uploadId = await upload(key, chunks);
        for (const chunk of chunks) name(chunk);
        const parts = [1, 2].map((partNumber) => ({ partNumber, etag: ETAG }));
        await writeUntilTaken(() =>
          store.catalog.completeUpload({ bucket: 'box', key, uploadId, parts, event: putEvent }),
        );
        if (number % 3 === 0)
          await writeUntilTaken(() => store.catalog.deleteObject({ bucket: 'box', key, event: deleteEvent }));
        await new Promise(setImmediate);
      }
    };
    for (let round = 0; round < rounds; round += 1) {
      const before = [...named];
      const [{ needles }] = await Promise.all([scan({ bytes: 300 }), move(), move()]);
      expect(before.filter((needle) => !needles.has(needle))).toEqual([]);
    }
  });
});
