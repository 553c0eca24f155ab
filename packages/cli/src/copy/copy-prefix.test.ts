import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ListedObject, MemoryStorage, ObjectStorageError } from '@needlestack/object-storage';
import { CopyManifest } from './copy-manifest.ts';
import { copyPrefix, newCounts } from './copy-prefix.ts';

let directory = '';
let manifest: CopyManifest;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-copy-prefix-'));
  manifest = await CopyManifest.open(directory, 'a to b');
});
afterEach(async () => {
  await manifest.close();
  rmSync(directory, { recursive: true });
});

/** A store whose listing breaks off after its objects, and whose answers to GET may be taken over. */
class FaultySource extends MemoryStorage {
  listingEnd: Error | undefined;
  refusal: ObjectStorageError | undefined;

  override async *list(prefix: string): AsyncGenerator<ListedObject> {
    yield* super.list(prefix);
    if (this.listingEnd !== undefined) throw this.listingEnd;
  }

  override get(key: string) {
    return this.refusal === undefined ? super.get(key) : Promise.reject(this.refusal);
  }
}

async function fill(source: MemoryStorage, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await source.put(`k${index}`, Buffer.from(`body ${index}`));
}

function copy(source: FaultySource, target: MemoryStorage, counts = newCounts()) {
  const { signal } = new AbortController();
  return copyPrefix({ source, target, manifest, counts, jobs: 4, failuresMax: 10, stop: signal, cut: signal });
}

test('a listing that breaks off ends the run, after what was under way is on the record', async () => {
  const [source, target, counts] = [new FaultySource(), new MemoryStorage(), newCounts()];
  await fill(source, 5);
  source.listingEnd = new Error('cut');
  await expect(copy(source, target, counts)).rejects.toThrow('cut');
  expect([counts.listed, counts.copied, counts.failures]).toEqual([5, 5, []]);
});

test.each([
  ['NoSuchKey', { vanished: 3, failed: 0 }],
  ['NoSuchBucket', { vanished: 0, failed: 3 }],
])('%s while an object is read', async (backendCode, expected) => {
  const [source, target, counts] = [new FaultySource(), new MemoryStorage(), newCounts()];
  await fill(source, 3);
  source.refusal = new ObjectStorageError('not-found', '404', { operation: 'GetObject', key: 'k', backendCode });
  await copy(source, target, counts);
  expect({ vanished: counts.vanished, failed: counts.failures.length }).toEqual(expected);
});
