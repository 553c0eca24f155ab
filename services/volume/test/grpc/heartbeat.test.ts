import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { FakeMaster } from '../support/fake-master.ts';
import { send } from '../support/raw-http.ts';
import { startTestService } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

let master: FakeMaster;

beforeEach(async () => {
  master = await FakeMaster.start();
});

afterEach(() => master.close());

const lastBeat = () => master.beats.at(-1);

test('beats tell of tags and slots of each directory; without a maximum the room decides', async () => {
  master.firstAnswer = { volume_size_limit: 2 ** 20 };
  const directories = [
    { path: tempDirectory(), volumesMax: 3, tags: ['fast'], diskType: 'ssd' },
    { path: tempDirectory(), volumesMax: 0 },
  ];
  await startTestService({ masters: [master.address], directories, pulseMs: 60_000 });
  await master.until(() => Number(lastBeat()?.disk_tags[1]?.max_volume_count ?? 0) > 1);
  expect(lastBeat()?.disk_tags).toMatchObject([
    { disk_id: 0, tags: ['fast'], type: 'ssd', max_volume_count: '3' },
    { disk_id: 1, tags: [], type: '' },
  ]);
  const roomMiB = Number(Object.values(lastBeat()?.disk_free_bytes ?? {}).at(-1)) / 2 ** 20;
  const slots = Number(lastBeat()?.disk_tags[1]?.max_volume_count);
  expect(slots).toBeGreaterThan(1);
  expect(slots).toBeLessThanOrEqual(Math.ceil(roomMiB * 1.1));
});

test('a disk without the room that must stay free has no slots beyond those in use', async () => {
  const path = tempDirectory();
  const first = await startTestService({ directories: [{ path, volumesMax: 5 }] });
  await first.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  await first.close(0);
  const freeSpace = { kind: 'percent', percent: 100 } as const;
  const service = await startTestService({
    masters: [master.address],
    directories: [{ path, volumesMax: 5, freeSpace }],
  });
  await master.until(() => master.beats.length > 0);
  expect(lastBeat()).toMatchObject({ max_volume_counts: { '': 1 }, volumes: [{ id: 1, read_only: true }] });
  await expect(service.client.call.AllocateVolume({ volume_id: 2, version: 3 })).rejects.toThrow(/No more free space/);
  expect((await send(service.url, 'PUT', '/1,0123456789', {}, 'x')).status).toBe(500);
});

test('a master with digests hears only what changed, until it asks for all', async () => {
  master.firstAnswer = { volume_size_limit: 1, volume_digest_supported: true };
  const service = await startTestService({ masters: [master.address], pulseMs: 20 });
  for (const volume_id of [1, 2]) await service.client.call.AllocateVolume({ volume_id, version: 3 });
  for (const volumeId of [1, 2]) {
    await master.untilBeat(0, ({ volumes, changed_volumes }) =>
      [...volumes, ...changed_volumes].some(({ id }) => id === volumeId),
    );
  }
  let heard = master.beats.length;
  await master.untilBeat(heard, (beat) => beat.volume_digest !== undefined && beat.volumes.length === 0);
  heard = master.beats.length;
  await send(service.url, 'PUT', '/2,0123456789', {}, 'news');
  const news = await master.untilBeat(heard, ({ changed_volumes }) => changed_volumes[0]?.file_count === '1');
  expect(news.changed_volumes.map(({ id }) => id)).toEqual([2]);
  heard = master.beats.indexOf(news);
  const quiet = await master.untilBeat(heard, ({ changed_volumes }) => changed_volumes.length === 0);
  expect(quiet.has_no_volumes).toBe(false);
  heard = master.beats.length;
  master.answer({ volume_size_limit: 1, resend_full_volume_list: true });
  await master.untilBeat(heard, ({ volumes }) => volumes.length === 2);
});

test('a server that leaves says so once, and its last beat is empty', async () => {
  const service = await startTestService({ masters: [master.address], pulseMs: 20 });
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  await master.until(() => master.holders(1).length === 1);
  await service.client.call.VolumeServerLeave({});
  await master.until(() => lastBeat()?.has_no_volumes === true && master.holders(1).length === 0);
  const beats = master.beats.length;
  expect((await send(service.url, 'GET', '/healthz')).status).toBe(503);
  await service.client.call.VolumeServerLeave({});
  expect(master.beats.length).toBe(beats);
});

test('when another server keeps our directories, this one fails; a ghost that goes away is no failure', async () => {
  master.firstAnswer = { volume_size_limit: 1, duplicated_uuids: ['a'] };
  const service = await startTestService({ masters: [master.address], duplicateWaitsMs: [1, 1, 1] });
  expect((await service.failure).message).toMatch(/another server uses the directories a/);
  expect(master.beats.length).toBe(4);
  const patient = await startTestService({ masters: [master.address], duplicateWaitsMs: [1, 1_000, 1_000] });
  await master.until(() => master.beats.length >= 6);
  master.firstAnswer = { volume_size_limit: 1 };
  await master.until(() => patient.readiness.reasons().length === 0);
});

test('a volume whose time has passed is not told of any more, and goes; an empty one stays', async () => {
  const path = tempDirectory();
  const first = await startTestService({ directories: [{ path, volumesMax: 5 }] });
  for (const volume_id of [1, 2]) await first.client.call.AllocateVolume({ volume_id, version: 3, ttl: '1h' });
  await send(first.url, 'PUT', '/1,0123456789', {}, 'x');
  await first.close(0);
  const longAgoSeconds = Date.now() / 1000 - 3 * 3_600;
  for (const id of [1, 2]) utimesSync(join(path, `${id}.dat`), longAgoSeconds, longAgoSeconds);
  await startTestService({ masters: [master.address], directories: [{ path, volumesMax: 5 }], diskCheckMs: 10 });
  await master.until(() => master.beats.length > 0);
  expect(master.beats[0]?.volumes.map(({ id }) => id)).toEqual([2]);
  await master.until(() => !readdirSync(path).some((name) => name.startsWith('1.')));
  expect(readFileSync(join(path, '2.dat')).length).toBe(8);
});
