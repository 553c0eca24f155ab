import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { send } from '../support/raw-http.ts';
import { mend, metricOf, pathOf, putAlone, ReplicaSet, readText, until } from '../support/replicas.ts';

const QUIET = { repair: { everyMs: 0, settleMs: 1, retryMs: 30 } } as const;
const KEYS = [...Array(30).keys()].map((at) => at + 1);

let set: ReplicaSet;

afterEach(() => set.close());

/** Every needle has another size, so that its record lies at another distance from pages and windows. */
function bodyOf(key: number): string {
  return `body of ${key} `.repeat(key * 7);
}

async function startFilled(): Promise<void> {
  set = await ReplicaSet.start('001', QUIET);
  for (const key of KEYS) {
    const { status, body } = await send(set.at(0).url, 'PUT', pathOf(key), {}, bodyOf(key));
    expect([status, body.toString()]).toEqual([201, expect.anything()]);
  }
}

/** All needles that a server gives, by key: `whole`, a status, or `other bytes`. */
async function readsOf(server: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const key of KEYS) {
    const text = await readText(set.at(server), key);
    const kind = text === bodyOf(key) ? 'whole' : /^\d{3}$/.test(text) ? text : 'other bytes';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function fileOf(server: number, extension: string): string {
  return join(set.at(server).path, `1${extension}`);
}

/** Changes a byte of each record: in turn of its id, its size, the length of its data, the data, and the checksum. */
function flipRecords(path: string, fieldsAt: readonly ((sizeBytes: number) => number)[]): void {
  const idx = readFileSync(path.replace(/dat$/, 'idx'));
  const file = openSync(path, 'r+');
  for (let row = 0; row * 16 < idx.length; row += 1) {
    const at =
      idx.readUInt32BE(row * 16 + 8) * 8 + (fieldsAt[row % fieldsAt.length]?.(idx.readInt32BE(row * 16 + 12)) ?? 0);
    writeSync(file, Buffer.of(0x5a), 0, 1, at);
  }
  closeSync(file);
}

const PROTECTED_FIELDS = [() => 9, () => 13, () => 17, () => 16 + 4 + 1, (sizeBytes: number) => 16 + sizeBytes + 1];

/**
 * What can become of the files of one copy while its server is down. Some damage hides a needle until the copies are compared: a torn end is taken for what was never acknowledged, and nothing
 * protects rows.
 */
type Damage = readonly [name: string, damage: (server: number) => void, hides?: 'hides'];

const DAMAGES: readonly Damage[] = [
  ['the data removed', (server) => rmSync(fileOf(server, '.dat'))],
  ['the data cut to nothing', (server) => truncateSync(fileOf(server, '.dat'), 0)],
  ['the data cut in half', (server) => truncateSync(fileOf(server, '.dat'), statSync(fileOf(server, '.dat')).size / 2)],
  [
    'the data cut within the last record',
    (server) => truncateSync(fileOf(server, '.dat'), statSync(fileOf(server, '.dat')).size - 30),
    'hides',
  ],
  ['a byte of every record changed', (server) => flipRecords(fileOf(server, '.dat'), PROTECTED_FIELDS)],
  ['the superblock flipped', (server) => writeSync(openSync(fileOf(server, '.dat'), 'r+'), Buffer.of(0xff), 0, 1, 0)],
  ['the index removed', (server) => rmSync(fileOf(server, '.idx'))],
  ['the index cut in half', (server) => truncateSync(fileOf(server, '.idx'), 16 * 15)],
  [
    'offsets in the index changed',
    (server) => {
      const file = openSync(fileOf(server, '.idx'), 'r+');
      for (let row = 0; row < KEYS.length; row += 3) writeSync(file, Buffer.of(0x01), 0, 1, row * 16 + 10);
      closeSync(file);
    },
    'hides',
  ],
  ['the info file removed', (server) => rmSync(fileOf(server, '.vif'))],
  [
    'data and index cut',
    (server) => {
      truncateSync(fileOf(server, '.dat'), 5_000);
      truncateSync(fileOf(server, '.idx'), 16 * 20);
    },
  ],
];

test.each(DAMAGES.map(([name, damage, hides]) => ({ name, damage, hides })))(
  'one of two copies with $name: right bytes at once, and the copy is whole again',
  async ({ damage, hides }) => {
    await startFilled();
    await set.stop(1);
    damage(1);
    await set.restart(1, { scrubEveryMs: 100, scrubBytesPerSecond: 2 ** 30 });
    const reads = await readsOf(1);
    expect(Object.keys(reads)).not.toContain('other bytes');
    if (hides === undefined) expect(reads).toEqual({ whole: KEYS.length });
    await until(async () => (await mend(set.at(1))).equal);
    // Alone, and after a restart: what it gives is its own.
    await set.stop(0);
    await set.stop(1);
    await set.restart(1, { masters: [], scrubEveryMs: 3_600_000 });
    expect(await readsOf(1)).toEqual({ whole: KEYS.length });
  },
);

test('a cookie that differs is told of and does not spread: nothing in the format says which one is right', async () => {
  await startFilled();
  await set.stop(1);
  flipRecords(fileOf(1, '.dat'), [() => 1]);
  await set.restart(1, { scrubEveryMs: 100, scrubBytesPerSecond: 2 ** 30 });
  await until(async () => (await metricOf(set.at(1), 'volume_undecided_needles')) === KEYS.length);
  expect(await readsOf(0)).toEqual({ whole: KEYS.length });
  expect(await metricOf(set.at(0), 'volume_needles_mended_total')).toBe(0);
});

test('the same needles damaged in both copies: an error, never other bytes; the rest is given', async () => {
  await startFilled();
  await set.stop(0);
  await set.stop(1);
  for (const server of [0, 1]) writeSync(openSync(fileOf(server, '.dat'), 'r+'), 'X', 8 + 16 + 4 + 2);
  await set.restart(0);
  await set.restart(1);
  await set.master.until(() => set.master.holders(1).length === 2);
  for (const server of [0, 1]) {
    expect(await readsOf(server)).toEqual({ whole: KEYS.length - 1, 500: 1 });
  }
  await until(async () => (await metricOf(set.at(0), 'volume_undecided_needles')) === 1);
  expect(await readText(set.at(0), 1)).toBe('500');
});

test('both copies cut: each needle that one of them has is given by both, the others are errors or gone', async () => {
  await startFilled();
  await set.stop(0);
  await set.stop(1);
  for (const server of [0, 1]) truncateSync(fileOf(server, '.dat'), 4_000 * (server + 1));
  await set.restart(0);
  await set.restart(1);
  for (const server of [0, 1]) expect(Object.keys(await readsOf(server))).not.toContain('other bytes');
  // Neither copy is whole, so that neither takes the place of the other.
  expect(readdirSync(set.at(0).path).filter((file) => file.endsWith('.damaged'))).toEqual([]);
});

test('a damaged copy is replaced only when the others have what it alone has; its files are kept', async () => {
  await startFilled();
  await set.stop(0);
  await putAlone(set.at(1), 100, 'only here');
  await set.stop(1);
  const path = fileOf(1, '.dat');
  const content = readFileSync(path);
  // The first record's row points behind the end: read-only, with everything else still readable.
  const row = openSync(fileOf(1, '.idx'), 'r+');
  writeSync(row, Buffer.from([0x0f, 0xff, 0xff, 0xff]), 0, 4, 8);
  await set.restart(0);
  await set.restart(1);
  await until(async () => (await metricOf(set.at(1), 'volume_copies_replaced_total')) === 1);
  expect(await readText(set.at(0), 100)).toBe('only here');
  expect(await readText(set.at(1), 100)).toBe('only here');
  expect(readFileSync(`${path}.damaged`).equals(content)).toBe(true);
  expect(existsSync(`${fileOf(1, '.idx')}.damaged`)).toBe(true);
  await until(async () => (await readsOf(1)).whole === KEYS.length);
});
