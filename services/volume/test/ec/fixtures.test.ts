/** Shards that SeaweedFS made, whole and damaged, and what it answered. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyOfShards, EC_FIXTURES, testOnShards } from '../support/ec-fixtures.ts';
import { startTestService } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

interface Manifest {
  readonly needles: readonly { readonly fid: string; readonly sha256?: string }[];
  readonly degraded: Readonly<Record<string, Degraded>>;
}

interface Degraded {
  readonly get: Readonly<Record<string, string>>;
  /** Ids of mounted shards, or the error of those who ask for them. */
  readonly shards: readonly number[] | string;
}

function readManifest(): Manifest {
  if (!existsSync(EC_FIXTURES)) return { needles: [], degraded: {} };
  return JSON.parse(readFileSync(join(EC_FIXTURES, 'manifest.json'), 'utf8')) as Manifest;
}

const remove =
  (...extensions: readonly string[]) =>
  (path: string): void => {
    for (const extension of extensions) rmSync(join(path, `ec_5${extension}`));
  };
const shorten =
  (extension: string, byBytes: number) =>
  (path: string): void => {
    const file = join(path, `ec_5${extension}`);
    truncateSync(file, readFileSync(file).length - byBytes);
  };
const flip =
  (extension: string, at: number) =>
  (path: string): void => {
    const file = join(path, `ec_5${extension}`);
    const bytes = readFileSync(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };

const CASES: Readonly<Record<string, (path: string) => void>> = {
  complete: () => undefined,
  'four-shards-missing': remove('.ec00', '.ec03', '.ec10', '.ec13'),
  'five-shards-missing': remove('.ec00', '.ec03', '.ec05', '.ec10', '.ec13'),
  'flipped-byte': flip('.ec09', 792_228),
  'shard-truncated': shorten('.ec02', 100),
  'shard-empty': shorten('.ec02', 2_097_152),
  'ecx-missing': remove('.ecx'),
  'ecx-truncated': shorten('.ecx', 5),
  'ecj-partial': shorten('.ecj', 3),
  'ecj-missing': remove('.ecj'),
  'vif-missing': remove('.vif'),
  'ecsum-missing': remove('.ecsum'),
};

const manifest = readManifest();

testOnShards('every case of the manifest is looked at', async () => {
  expect(Object.keys(manifest.degraded).sort()).toEqual(Object.keys(CASES).sort());
});

for (const [name, change] of Object.entries(CASES)) {
  testOnShards(`${name}: needles answer as they did there, but for what is repaired`, async () => {
    const path = copyOfShards();
    change(path);
    const service = await startTestService({ directories: [{ path, volumesMax: 20 }] });
    const { get, shards } = manifest.degraded[name] ?? { get: {}, shards: [] };
    const info = service.client.call.VolumeEcShardsInfo({ volume_id: 5 });
    if (typeof shards === 'string') await expect(info).rejects.toThrow('EC volume 5 not found');
    else expect((await info).ec_shard_infos.map(({ shard_id }) => shard_id)).toEqual(shards);
    for (const { fid, sha256 } of manifest.needles) {
      const response = await fetch(`${service.url}/${fid}`);
      const body = Buffer.from(await response.arrayBuffer());
      const theirs = Number(get[fid]?.slice(0, 3));
      // They give a damaged record up; here it is made again from the other shards.
      const expected = name === 'flipped-byte' && theirs === 500 ? 200 : theirs;
      expect([fid, response.status]).toEqual([fid, expected]);
      if (expected === 200 && sha256 !== undefined) {
        expect([fid, createHash('sha256').update(body).digest('hex')]).toEqual([fid, sha256]);
      }
    }
  });
}

testOnShards('deletions answer as they did there', async () => {
  const path = copyOfShards((file) => !file.endsWith('.ecj'));
  const service = await startTestService({ directories: [{ path, volumesMax: 20 }] });
  const erase = async (fid: string) => {
    const response = await fetch(`${service.url}/${fid}`, { method: 'DELETE' });
    return [response.status, await response.text()];
  };
  expect(await erase('5,0551040404')).toEqual([202, '{"size":1048664}']);
  expect(await erase('5,0c510b0b0b')).toEqual([202, '{"size":88}']);
  expect(await erase('5,1151101010')).toEqual([202, '{"size":600}']);
  expect(await erase('5,0adeadbeef')).toEqual([500, '{"error":"Deletion Failed: unexpected cookie deadbeef"}']);
  expect(await erase('5,0551040404')).toEqual([500, '{"error":"Deletion Failed: already deleted"}']);
  await service.client.call.VolumeEcBlobDelete({ volume_id: 5, collection: 'ec', file_key: 9, version: 3 });
  expect((await fetch(`${service.url}/5,0951080808`)).status).toBe(404);
  expect(readFileSync(join(path, 'ec_5.ecj')).equals(readFileSync(join(EC_FIXTURES, 'ec_5.ecj')))).toBe(true);
});

testOnShards('a rebuild folds the journal into the index as theirs does, and makes lost shards anew', async () => {
  const path = copyOfShards((file) => !['ec_5.ec00', 'ec_5.ec11'].includes(file));
  const service = await startTestService({ directories: [{ path, volumesMax: 20 }] });
  const { rebuilt_shard_ids } = await service.client.call.VolumeEcShardsRebuild({ volume_id: 5, collection: 'ec' });
  expect(rebuilt_shard_ids).toEqual([0, 11]);
  for (const file of ['ec_5.ec00', 'ec_5.ec11']) {
    expect(readFileSync(join(path, file)).equals(readFileSync(join(EC_FIXTURES, file)))).toBe(true);
  }
  const folded = readFileSync(join(EC_FIXTURES, 'variants/ec_5.ecx.folded'));
  expect(readFileSync(join(path, 'ec_5.ecx')).equals(folded)).toBe(true);
  expect(existsSync(join(path, 'ec_5.ecj'))).toBe(false);
  expect((await fetch(`${service.url}/5,0551040404`)).status).toBe(404);
  // A deletion after the fold is journaled in a new file.
  expect((await fetch(`${service.url}/5,1551141414`, { method: 'DELETE' })).status).toBe(202);
  expect(readFileSync(join(path, 'ec_5.ecj')).toString('hex')).toBe('0000000000000015');
});

testOnShards('a volume comes back from its shards, without what was deleted', async () => {
  const path = copyOfShards();
  const service = await startTestService({ directories: [{ path, volumesMax: 20 }] });
  const { call } = service.client;
  await call.VolumeEcShardsToVolume({ volume_id: 5, collection: 'ec' });
  await call.VolumeEcShardsUnmount({ volume_id: 5, shard_ids: [...Array(14).keys()] });
  await call.VolumeEcShardsDelete({ volume_id: 5, collection: 'ec', shard_ids: [...Array(14).keys()] });
  await call.VolumeMount({ volume_id: 5 });
  const get = manifest.degraded.complete?.get ?? {};
  for (const { fid, sha256 } of manifest.needles) {
    const response = await fetch(`${service.url}/${fid}`);
    const body = Buffer.from(await response.arrayBuffer());
    expect([fid, response.status]).toEqual([fid, Number(get[fid]?.slice(0, 3))]);
    if (response.status === 200 && sha256 !== undefined) {
      expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    }
  }
  expect((await call.ReadVolumeFileStatus({ volume_id: 5 })).compaction_revision).toBe(1);
});

testOnShards('offsets of five bytes: the index is theirs, byte for byte, and needles are found by it', async () => {
  const source = join(EC_FIXTURES, '../wide-offsets');
  const path = tempDirectory();
  for (const extension of ['.dat', '.idx'])
    copyFileSync(join(source, `ec5_32${extension}`), join(path, `ec5_32${extension}`));
  for (const file of readdirSync(path)) chmodSync(join(path, file), 0o644);
  const service = await startTestService({ directories: [{ path, volumesMax: 20 }] });
  const { call } = service.client;
  await call.VolumeEcShardsGenerate({ volume_id: 32, collection: 'ec5' });
  const index = readFileSync(join(path, 'ec5_32.ecx'));
  expect(index.equals(readFileSync(join(source, 'ec5_32.ecx')))).toBe(true);
  await call.VolumeEcShardsMount({ volume_id: 32, collection: 'ec5', shard_ids: [...Array(14).keys()] });
  await call.VolumeDelete({ volume_id: 32 });
  for (let at = 0; at < index.length; at += 17) {
    const status = await call.VolumeNeedleStatus({ volume_id: 32, needle_id: index.readBigUInt64BE(at) });
    expect(status.size).toBe(index.readInt32BE(at + 13));
  }
  expect((await call.ScrubEcVolume({ mode: 'FULL' })).details).toEqual([]);
});
