/** Shards of the same volume, made by SeaweedFS and by this server, and each reading the other's. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeShardChecksums } from '@needlestack/erasure-coding';
import { ALL_SHARDS, allAnswer, readAll, SAMPLE_SIZES, sampleNeedles, upload } from '../support/ec-volumes.ts';
import { startSeaweed, until, WEED_BINARY } from '../support/seaweed-processes.ts';
import { startTestService } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

const SKIPPED = WEED_BINARY === '' ? ' [skipped: WEED_BINARY is not set]' : '';
const testBeside = WEED_BINARY === '' ? test.skip : test;
const needles = sampleNeedles(3, SAMPLE_SIZES);

testBeside(`the shards of a volume are SeaweedFS's, byte for byte, and each serves the other's${SKIPPED}`, async () => {
  const theirs = tempDirectory();
  const seaweed = await startSeaweed(theirs);
  await seaweed.client.call.AllocateVolume({ volume_id: 3, version: 3, replication: '000' });
  await upload(seaweed.url, needles);
  const [deleted = '', overwritten = ''] = [...needles.keys()];
  await fetch(`${seaweed.url}/${deleted}`, { method: 'DELETE' });
  await fetch(`${seaweed.url}/${overwritten}`, { method: 'PUT', body: 'another body than before' });
  await seaweed.client.call.VolumeEcShardsGenerate({ volume_id: 3 });
  await seaweed.close();

  const ours = tempDirectory();
  for (const extension of ['.dat', '.idx']) copyFileSync(join(theirs, `3${extension}`), join(ours, `3${extension}`));
  const service = await startTestService({ directories: [{ path: ours, volumesMax: 20 }] });
  await service.client.call.VolumeEcShardsGenerate({ volume_id: 3 });
  const shardFiles = readdirSync(theirs).filter((file) => /^3\.ec(x|\d\d)$/.test(file));
  expect(shardFiles).toHaveLength(15);
  for (const file of shardFiles) {
    expect([file, readFileSync(join(ours, file)).equals(readFileSync(join(theirs, file)))]).toEqual([file, true]);
  }
  const checksums = (path: string) => decodeShardChecksums(readFileSync(join(path, '3.ecsum'))).shards;
  expect(checksums(ours)).toEqual(checksums(theirs));

  const live = new Map([...needles].filter(([fid]) => fid !== deleted && fid !== overwritten));
  const exchange = (from: string): string => {
    const path = tempDirectory();
    for (const file of readdirSync(from)) {
      if (/^3\.(ec|vif)/.test(file)) copyFileSync(join(from, file), join(path, file));
    }
    return path;
  };
  const reader = await startTestService({ directories: [{ path: exchange(theirs), volumesMax: 20 }] });
  expect(await readAll(reader.url, live)).toEqual(allAnswer(live, 200));
  expect((await fetch(`${reader.url}/${deleted}`)).status).toBe(404);
  const seaweedReader = await startSeaweed(exchange(ours));
  await seaweedReader.client.call.VolumeEcShardsMount({ volume_id: 3, shard_ids: [...ALL_SHARDS] });
  // It reads nothing in shards before its master knows of them all.
  const [anyFid = ''] = live.keys();
  await until(async () => (await fetch(`${seaweedReader.url}/${anyFid}`)).status === 200);
  expect(await readAll(seaweedReader.url, live)).toEqual(allAnswer(live, 200));
  await seaweedReader.client.call.VolumeEcShardsToVolume({ volume_id: 3 });
  await seaweedReader.close();
});
