import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readNeedle } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import { fetchVolume } from '../../src/core/transfer/copy-volume.ts';
import { createBytePacer } from '../../src/core/transfer/pace-bytes.ts';
import { newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const EXTENSIONS = ['.dat', '.idx', '.vif'];

/** A directory with volume 1 of one needle. */
async function directoryWith(text: string): Promise<string> {
  const path = tempDirectory();
  const { registry } = await openRegistry(path);
  await writeNeedle(await registry.allocate(newVolume(1)), plainNeedle(1n, 1, Buffer.from(text), 1));
  await registry.close();
  return path;
}

/** The old volume, with the files of the new one beside it. */
async function stagedDirectory(): Promise<string> {
  const path = await directoryWith('old');
  const from = await directoryWith('new!');
  for (const extension of EXTENSIONS) cpSync(`${from}/1${extension}`, `${path}/1${extension}.copying`);
  return path;
}

async function contentOf(path: string): Promise<string> {
  const { registry } = await openRegistry(path);
  try {
    const volume = registry.get(1);
    if (volume === undefined) return 'none';
    expect(volume.state).toBe('writable');
    return Buffer.from((await readNeedle(volume, 1n, { cookie: 1 })).data).toString();
  } finally {
    await registry.close();
    expect(readdirSync(path).filter((file) => /copying|note/.test(file))).toEqual([]);
  }
}

test('a crash while files arrive leaves the old volume', async () => {
  for (let arrived = 0; arrived <= EXTENSIONS.length; arrived += 1) {
    const path = await stagedDirectory();
    for (const extension of EXTENSIONS.slice(arrived)) rmSync(`${path}/1${extension}.copying`);
    expect(await contentOf(path)).toBe('old');
  }
});

test('a crash behind the note, at any of the renames, gives the new volume', async () => {
  for (let renamed = 0; renamed <= EXTENSIONS.length; renamed += 1) {
    const path = await stagedDirectory();
    writeFileSync(`${path}/1.note`, 'arrived:.dat,.idx,.vif');
    for (const extension of EXTENSIONS.slice(0, renamed)) {
      renameSync(`${path}/1${extension}.copying`, `${path}/1${extension}`);
    }
    expect(await contentOf(path)).toBe('new!');
  }
});

test("SeaweedFS's note of an interrupted copy takes the volume with it, a staged file of another program stays", async () => {
  const path = await directoryWith('half');
  writeFileSync(`${path}/1.note`, 'copying from 10.0.0.1:8080');
  writeFileSync(`${path}/notes.copying`, 'mine');
  const { registry } = await openRegistry(path);
  expect(registry.get(1)).toBeUndefined();
  await registry.close();
  expect([existsSync(`${path}/1.dat`), existsSync(`${path}/notes.copying`)]).toEqual([false, true]);
});

test('nothing arrives outside of the directories, whatever another server calls its collection', async () => {
  const path = await directoryWith('old');
  const { registry } = await openRegistry(path);
  const status = {
    collection: '../x',
    diskType: '',
    datBytes: 8,
    idxBytes: 0,
    datModifiedAtSeconds: 0,
    compactionRevision: 0,
    isRemote: false,
  };
  const sources = { status: async () => status, copyFile: async function* () {}, tail: async function* () {} };
  const parts = {
    sources,
    transfers: registry.store.transfers,
    pacer: createBytePacer(0, { nowMs: () => 0 }, async () => undefined),
  };
  const fetching = fetchVolume(
    parts,
    { volumeId: 1, source: 'elsewhere', diskType: undefined },
    new AbortController().signal,
  );
  await expect(fetching.next()).rejects.toThrow('invalid collection "../x"');
  await registry.close();
});
