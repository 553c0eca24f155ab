/** Secrets of identities are never written in the clear, and those of older stores are sealed when one is opened. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RootKeyRing } from '@needlestack/key-management';
import { type OrderedKv, openLmdbKv } from '@needlestack/ordered-kv';
import { createCatalog } from '../src/core/catalog.ts';
import { identityKey, schemaKey } from '../src/core/keys.ts';
import { migrateSchema, readSchemaVersion } from '../src/core/schema/migrate-schema.ts';
import { makeSchemaSteps } from '../src/core/schema/schema-steps.ts';
import { TEST_SEALER } from './test-sealer.ts';

const SECRET = 'a secret that nobody finds on the disk';
const identity = {
  accessKeyId: 'AKIDENTITY',
  secretAccessKey: SECRET,
  accountId: '42',
  displayName: 'Name',
  actions: ['Read:box', 'List'],
};

let directory: string;
let kv: OrderedKv;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-identities-'));
  kv = openLmdbKv({ directory });
});
afterEach(async () => {
  await kv.close();
  rmSync(directory, { recursive: true });
});

const open = (sealer?: RootKeyRing) => createCatalog({ kv, clock: Date.now, randomBytes, sealer });
const bytesOnDisk = () =>
  Buffer.concat(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );

test('the bytes on the disk do not hold the secret, and the root key alone opens it', async () => {
  await open(TEST_SEALER).putIdentity(identity);
  await kv.close();
  const bytes = bytesOnDisk();
  // The row is there, its secret is not.
  expect([bytes.includes('Read:box'), bytes.includes(SECRET)]).toEqual([true, false]);
  kv = openLmdbKv({ directory });
  expect(await open(TEST_SEALER).getIdentity('AKIDENTITY')).toEqual(identity);
  const newer = new RootKeyRing([randomBytes(32)]);
  await expect(open(newer).getIdentity('AKIDENTITY')).rejects.toMatchObject({ code: 'damaged-envelope' });
});

test('root keys are rotated: the newest seals, the older ones still open', async () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  await open(new RootKeyRing([older])).putIdentity(identity);
  const both = open(new RootKeyRing([newer, older]));
  expect(await both.getIdentity('AKIDENTITY')).toEqual(identity);
  await both.putIdentity(identity);
  expect(await open(new RootKeyRing([newer])).getIdentity('AKIDENTITY')).toEqual(identity);
});

test('a catalog without root key keeps and reads none, and says why', async () => {
  const refusal = { name: 'CatalogError', code: 'Unavailable', message: expect.stringContaining('no root key') };
  await expect(open().putIdentity(identity)).rejects.toMatchObject(refusal);
  await open(TEST_SEALER).putIdentity(identity);
  await expect(open().getIdentity('AKIDENTITY')).rejects.toMatchObject(refusal);
  await expect(open().listIdentities({ startAfter: '', max: 1 })).rejects.toMatchObject(refusal);
  expect(await open().getIdentity('AKNOBODY')).toBeUndefined();
});

const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length), bytes]);
};

/** A row as it was written before: version 1, the secret as it is. */
const putInTheClear = (accessKeyId: string) =>
  // biome-ignore lint/correctness/useYield: a program that only writes
  kv.transact(function* (tx) {
    const { accountId, displayName, actions } = identity;
    const row = [Buffer.of(1), text(SECRET), text(accountId), text(displayName), Buffer.of(0, actions.length)];
    tx.put(identityKey(accessKeyId), Buffer.concat([...row, ...actions.map(text)]));
    tx.put(schemaKey(), Buffer.of(0, 0, 0, 2));
  });

const migrate = (sealer: RootKeyRing | undefined) =>
  migrateSchema({ kv, clock: Date.now, holder: 'test', pause: async () => {}, steps: makeSchemaSteps(sealer) });
const rowOf = (accessKeyId: string) => kv.get(identityKey(accessKeyId));

test('identities of an older store are sealed when it is opened', async () => {
  const ids = Array.from({ length: 230 }, (_, index) => `AK${index}`);
  for (const id of ids) await putInTheClear(id);
  expect(await open().getIdentity('AK7')).toEqual({ ...identity, accessKeyId: 'AK7' });
  await migrate(TEST_SEALER);
  expect(await kv.read(readSchemaVersion)).toBe(3);
  for (const id of ids) {
    expect((await rowOf(id))?.includes(SECRET)).toBe(false);
    expect(await open(TEST_SEALER).getIdentity(id)).toEqual({ ...identity, accessKeyId: id });
  }
});

test('without root key such a store is not opened and stays as it is; one without identities is', async () => {
  await putInTheClear('AK');
  await expect(migrate(undefined)).rejects.toThrow('secrets of identities in the clear');
  expect(await kv.read(readSchemaVersion)).toBe(2);
  expect((await rowOf('AK'))?.includes(SECRET)).toBe(true);
  await open().deleteIdentity('AK');
  await migrate(undefined);
  expect(await kv.read(readSchemaVersion)).toBe(3);
});
