/**
 * A scan of all buckets of a table over gRPC while writers change a tenth of its rows without end. Stable rows must come exactly once,
 * and the rows that one transaction writes must be of one and the same transaction.
 */
import { createGrpcScanPort, scanTable } from '@needlestack/kv-scan';
import type { OrderedKv } from '@needlestack/ordered-kv';
import { SHARDS, TABLE } from '../../src/core/keys.ts';
import type { CatalogStore } from '../../src/open-store.ts';
import { type CatalogService, startCatalogService } from '../../src/wiring.ts';
import { writeUntilTaken } from './write-until-taken.ts';

const ROWS_AT_A_TIME = 10_000;
/** Changing rows that are always written together. */
const GROUP_ROWS = 8;
const VALUE_BYTES = 260;
const WRITERS = 4;

export interface ChangingRowsOutcome {
  readonly rows: number;
  readonly seconds: number;
  /** Transactions of the writers during the scan. */
  readonly changes: number;
  readonly scannersLeft: number;
}

interface Layout {
  readonly rowsPerBucket: number;
  readonly groupsPerBucket: number;
}

const rowKey = (bucket: number, name: string): Buffer =>
  Buffer.concat([Buffer.from([TABLE.object, bucket]), Buffer.from(name)]);
const stableName = (number: number): string => `${String(number).padStart(8, '0')} stable`;
/** Spread among the stable rows. */
const changingName = (group: number, member: number, { groupsPerBucket, rowsPerBucket }: Layout): string =>
  `${String(Math.floor(((member + group / groupsPerBucket) * rowsPerBucket) / GROUP_ROWS)).padStart(8, '0')} group ${group} ${member}`;

async function fill(kv: OrderedKv, layout: Layout): Promise<void> {
  const value = Buffer.alloc(VALUE_BYTES, 's');
  for (let bucket = 0; bucket < SHARDS; bucket += 1)
    for (let from = 0; from < layout.rowsPerBucket; from += ROWS_AT_A_TIME)
      await kv.transact(function* (tx) {
        for (let number = from; number < Math.min(layout.rowsPerBucket, from + ROWS_AT_A_TIME); number += 1)
          tx.put(rowKey(bucket, stableName(number)), value);
        yield* tx.get(rowKey(bucket, 'x'));
      });
  const first = Buffer.from('generation 0'.padEnd(VALUE_BYTES));
  for (let bucket = 0; bucket < SHARDS; bucket += 1)
    await kv.transact(function* (tx) {
      for (let group = 0; group < layout.groupsPerBucket; group += 1)
        for (let member = 0; member < GROUP_ROWS; member += 1)
          tx.put(rowKey(bucket, changingName(group, member, layout)), first);
      yield* tx.get(rowKey(bucket, 'x'));
    });
}

/** Writes all rows of a group anew, or, every third time, leaves all of them out. */
async function changeGroup(
  kv: OrderedKv,
  place: { readonly bucket: number; readonly group: number },
  generation: number,
  layout: Layout,
): Promise<void> {
  const value = Buffer.from(`generation ${generation}`.padEnd(VALUE_BYTES));
  await kv.transact(function* (tx) {
    for (let member = 0; member < GROUP_ROWS; member += 1) {
      const key = rowKey(place.bucket, changingName(place.group, member, layout));
      if (generation % 3 === 2) tx.delete(key);
      else tx.put(key, value);
    }
    yield* tx.get(rowKey(place.bucket, 'x'));
  });
}

/** Throws when a row is missing, twice, or of a moment that never was. */
export async function checkChangingRows(store: CatalogStore, rows: number): Promise<ChangingRowsOutcome> {
  let opened: OrderedKv | undefined;
  const service = await startCatalogService({
    store,
    mountRouters: ({ kv }) => {
      opened = kv;
      return [];
    },
  });
  if (opened === undefined) throw new Error('the store was not opened');
  try {
    return await scanBesideWriters(service, opened, rows);
  } finally {
    await service.close();
  }
}

async function scanBesideWriters(service: CatalogService, kv: OrderedKv, rows: number): Promise<ChangingRowsOutcome> {
  const stablePerBucket = Math.floor((rows * 0.9) / SHARDS);
  const layout = {
    rowsPerBucket: stablePerBucket,
    groupsPerBucket: Math.max(1, Math.floor((rows * 0.1) / SHARDS / GROUP_ROWS)),
  };
  await fill(kv, layout);
  let isDone = false;
  let changes = 0;
  const write = async (writer: number): Promise<void> => {
    for (let step = 0; !isDone; step += 1) {
      const bucket = (step * WRITERS + writer) % SHARDS;
      const group = Math.floor(step / SHARDS) % layout.groupsPerBucket;
      const generation = 1 + Math.floor(step / SHARDS / layout.groupsPerBucket) + writer;
      await writeUntilTaken(() => changeGroup(kv, { bucket, group }, generation, layout));
      changes += 1;
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  const port = createGrpcScanPort({ address: `127.0.0.1:${service.grpcPort}` });
  const startMs = performance.now();
  const seen = new SeenRows(layout);
  try {
    for await (const { bucketId, batch } of scanTable({ port, table: 'objects' }))
      for (const { key, value } of batch) seen.add(bucketId, key, value);
  } finally {
    isDone = true;
    await Promise.all(writers);
    port.close();
  }
  seen.check();
  const seconds = (performance.now() - startMs) / 1000;
  return { rows: seen.count, seconds, changes, scannersLeft: service.scans.openScanners };
}

class SeenRows {
  count = 0;
  readonly #layout: Layout;
  readonly #stable: Uint8Array[];
  /** By bucket and group: the generation, and how many rows had it. */
  readonly #groups = new Map<string, { readonly text: string; rows: number }>();
  readonly #lastKeys = new Map<number, string>();

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#stable = Array.from({ length: SHARDS }, () => new Uint8Array(layout.rowsPerBucket));
  }

  add(bucketId: number, key: Buffer, value: Buffer): void {
    this.count += 1;
    const name = key.toString('latin1');
    if (name <= (this.#lastKeys.get(bucketId) ?? '')) throw new Error(`bucket ${bucketId}: ${name} is out of order`);
    this.#lastKeys.set(bucketId, name);
    const [number = '', kind, group = ''] = name.split(' ');
    const stable = this.#stable[bucketId];
    if (stable === undefined) throw new Error(`there is no bucket ${bucketId}`);
    if (kind === 'stable') stable[Number(number)] = (stable[Number(number)] ?? 0) + 1;
    else this.#addChanging(`${bucketId} ${group}`, value.toString('latin1').trimEnd());
  }

  #addChanging(group: string, text: string): void {
    const seen = this.#groups.get(group);
    if (seen === undefined) this.#groups.set(group, { text, rows: 1 });
    else if (seen.text !== text) throw new Error(`group ${group} shows ${seen.text} and ${text}`);
    else seen.rows += 1;
  }

  check(): void {
    for (const [bucketId, stable] of this.#stable.entries()) {
      const wrong = stable.findIndex((times) => times !== 1);
      if (wrong >= 0) throw new Error(`bucket ${bucketId}: row ${wrong} came ${stable[wrong]} times`);
    }
    for (const [group, { text, rows }] of this.#groups)
      if (rows !== GROUP_ROWS) throw new Error(`group ${group} has ${rows} rows of ${text}: expected ${GROUP_ROWS}`);
    if (this.#layout.groupsPerBucket === 0) throw new Error('nothing changes');
  }
}
