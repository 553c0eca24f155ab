/** Files that LMDB would map and die of. */
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbKv } from '../src/index.ts';
import { checkDataFile } from '../src/lmdb/check-data-file.ts';

const PAGE_BYTES = 4_096;
const ROWS = 2_000;
let whole: string;
let directory: string;
let dataFile: string;

const keyAt = (row: number): Buffer => Buffer.from(`row ${row.toString().padStart(8, '0')}`);

/** Rows on many pages, three levels deep, some of them longer than a page. */
async function fill(kv: ReturnType<typeof openLmdbKv>): Promise<void> {
  for (let from = 0; from < ROWS; from += 500)
    await kv.transact(function* (tx) {
      yield* tx.get(keyAt(0));
      for (let row = from; row < from + 500; row += 1)
        tx.put(keyAt(row), Buffer.alloc(row % 50 === 0 ? 10_000 : 300, row));
    });
}

beforeAll(async () => {
  whole = mkdtempSync(join(tmpdir(), 'needlestack-kv-'));
  const kv = openLmdbKv({ directory: whole, isVolatile: true });
  await fill(kv);
  await kv.close();
});
afterAll(() => rmSync(whole, { recursive: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-'));
  cpSync(whole, directory, { recursive: true });
  dataFile = join(directory, 'data.mdb');
});
afterEach(() => rmSync(directory, { recursive: true }));

const overwrite = (page: number, bytes: Buffer): void => {
  const file = openSync(dataFile, 'r+');
  writeSync(file, bytes, 0, bytes.length, page * PAGE_BYTES);
  closeSync(file);
};

test.each([
  ['to nothing but its beginning', 100],
  ['to one page', PAGE_BYTES],
  ['to its two first pages', 2 * PAGE_BYTES],
  ['within a page', 20_000],
  ['to half', undefined],
])('a file that was cut short %s is refused by name', (_where, sizeBytes) => {
  truncateSync(dataFile, sizeBytes ?? statSync(dataFile).size / 2);
  expect(() => openLmdbKv({ directory })).toThrow(
    expect.objectContaining({
      code: 'damaged',
      message: expect.stringMatching(new RegExp(`^${dataFile} was cut short, .*: restore ${directory} from a backup$`)),
    }),
  );
});

test.each([
  ['its first page', 0],
  ['its second page', 1],
])('a file with something else in %s is refused by name', (_which, page) => {
  overwrite(page, Buffer.alloc(PAGE_BYTES, 'something else'));
  expect(() => openLmdbKv({ directory })).toThrow(`${dataFile} is damaged, its page ${page} is no meta page of LMDB`);
});

test('a file with nothing but rubbish behind its first pages is refused by name', () => {
  const pages = statSync(dataFile).size / PAGE_BYTES;
  overwrite(2, Buffer.alloc((pages - 2) * PAGE_BYTES, 0xa5));
  expect(() => openLmdbKv({ directory })).toThrow(expect.objectContaining({ code: 'damaged' }));
});

test('what the library refuses is told with the place', () => {
  rmSync(dataFile);
  cpSync(whole, dataFile, { recursive: true });
  expect(() => openLmdbKv({ directory })).toThrow(`the store in ${directory} cannot be opened: `);
});

test('a refused store is let go of, and opens once it is restored', async () => {
  writeFileSync(dataFile, 'rubbish');
  expect(() => openLmdbKv({ directory })).toThrow(expect.objectContaining({ code: 'damaged' }));
  cpSync(whole, directory, { recursive: true });
  const kv = openLmdbKv({ directory });
  expect(await kv.get(keyAt(ROWS - 1))).toHaveLength(300);
  await kv.close();
});

test('pages that are missing at the end and not in use are no damage', () => {
  const pages = statSync(dataFile).size / PAGE_BYTES;
  for (const page of [0, 1]) {
    const meta = readFileSync(dataFile).subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    meta.writeBigUInt64LE(BigInt(pages + 10), 144);
    overwrite(page, meta);
  }
  expect(() => checkDataFile(directory)).not.toThrow();
});

test('an empty file, and none, are a new store', async () => {
  for (const begin of [() => truncateSync(dataFile), () => rmSync(dataFile)]) {
    begin();
    const kv = openLmdbKv({ directory, isVolatile: true });
    expect(await kv.get(keyAt(1))).toBeUndefined();
    await kv.close();
  }
});
