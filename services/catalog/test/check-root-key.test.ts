/** A store is opened with the root key that it was made under, or not at all. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RootKeyRing } from '@needlestack/key-management';
import { RootKeyError, startCatalogService } from '../src/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-root-key-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const [older, newer, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];

async function startAndStop(...keys: Buffer[]): Promise<void> {
  const sealer = keys.length === 0 ? undefined : new RootKeyRing(keys);
  const service = await startCatalogService({ store: { kind: 'embedded', directory }, sealer });
  await service.close();
}

test('another root key is refused, the right one is taken again', async () => {
  await startAndStop(older);
  await startAndStop(older);
  await expect(startAndStop(other)).rejects.toThrow(RootKeyError);
  await expect(startAndStop(other, newer)).rejects.toThrow('the root key is not the one under which this store keeps');
  await startAndStop(older);
});

test('a rotated key: old and new together, then the new one alone', async () => {
  await startAndStop(older);
  await startAndStop(newer, older);
  await startAndStop(newer);
  await expect(startAndStop(older)).rejects.toThrow(RootKeyError);
});

test('a store that was made without a root key takes the first one; a catalog without keys asks for none', async () => {
  await startAndStop();
  await startAndStop(older);
  await startAndStop();
  await expect(startAndStop(other)).rejects.toThrow(RootKeyError);
});
