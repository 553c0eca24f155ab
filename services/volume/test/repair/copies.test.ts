import { openSync, writeSync } from 'node:fs';
import { send } from '../support/raw-http.ts';
import {
  deleteAlone,
  liveNeedles,
  mend,
  metricOf,
  pathOf,
  putAlone,
  ReplicaSet,
  readText,
  until,
} from '../support/replicas.ts';

let set: ReplicaSet;

afterEach(() => set.close());

/** Writes through one server to all. */
async function putEverywhere(key: number, text: string): Promise<void> {
  expect((await send(set.at(0).url, 'PUT', pathOf(key), {}, text)).status).toBe(201);
}

async function areEqual(): Promise<boolean> {
  const lists = await Promise.all(set.servers.map(liveNeedles));
  return lists.every((list) => list.join() === lists[0]?.join());
}

test('a copy that missed writes, overwrites and deletions is equal soon after it is back, and each repair is counted', async () => {
  set = await ReplicaSet.start('001');
  for (let key = 1; key <= 60; key += 1) await putEverywhere(key, `first ${key}`);
  await set.stop(1);
  for (let key = 1; key <= 20; key += 1) await deleteAlone(set.at(0), key);
  for (let key = 21; key <= 40; key += 1) await putAlone(set.at(0), key, `again ${key}`);
  for (let key = 61; key <= 80; key += 1) await putAlone(set.at(0), key, `new ${key}`);
  await set.restart(1);
  await until(areEqual);
  expect(await readText(set.at(1), 7)).toBe('404');
  expect(await readText(set.at(1), 21)).toBe('again 21');
  expect(await readText(set.at(1), 50)).toBe('first 50');
  expect(await readText(set.at(1), 61)).toBe('new 61');
  expect(await readText(set.at(0), 7)).toBe('404');
  expect(await metricOf(set.at(1), 'volume_needles_mended_total', 'written')).toBe(40);
  expect(await metricOf(set.at(1), 'volume_needles_mended_total', 'deleted')).toBe(20);
  expect(await mend(set.at(1))).toMatchObject({ written: 0, deleted: 0, undecided: 0, equal: true });
  expect(await mend(set.at(0))).toMatchObject({ written: 0, deleted: 0, undecided: 0, equal: true });
});

test('both copies take from each other what they missed', async () => {
  set = await ReplicaSet.start('001', { repair: { everyMs: 0, settleMs: 1 } });
  await putAlone(set.at(0), 1, 'only on the first');
  await putAlone(set.at(1), 2, 'only on the second');
  // What the second lacks it is asked to take by itself.
  expect(await mend(set.at(0))).toMatchObject({ written: 1, equal: false });
  await until(async () => (await mend(set.at(0))).equal);
  expect(await metricOf(set.at(1), 'volume_needles_mended_total')).toBe(1);
  expect(await readText(set.at(0), 2)).toBe('only on the second');
  expect(await readText(set.at(1), 1)).toBe('only on the first');
});

test('what was deleted and compacted away on one copy does not come back from the other', async () => {
  set = await ReplicaSet.start('001');
  for (let key = 1; key <= 10; key += 1) await putEverywhere(key, `needle ${key}`);
  await set.stop(1);
  for (let key = 1; key <= 9; key += 1) await deleteAlone(set.at(0), key);
  const { call } = set.at(0).client;
  for await (const _ of call.VacuumVolumeCompact({ volume_id: 1 }));
  await call.VacuumVolumeCommit({ volume_id: 1 });
  // A restart forgets everything but the files.
  await set.stop(0);
  await set.restart(0);
  await set.restart(1);
  await until(areEqual);
  expect(await liveNeedles(set.at(0))).toHaveLength(1);
  expect(await readText(set.at(1), 3)).toBe('404');
  expect(await readText(set.at(1), 10)).toBe('needle 10');
});

test('where a compaction may have forgotten the deletion the copies are left as they are, and it is told', async () => {
  // No second try: copies that agreed before the compaction would know that the needle is newer than what was forgotten.
  const repair = { everyMs: 0, retryMs: 3_600_000, settleMs: 1 };
  set = await ReplicaSet.start('001', { repair });
  await putEverywhere(1, 'stays');
  await putAlone(set.at(0), 2, 'old');
  const { call } = set.at(1).client;
  for await (const _ of call.VacuumVolumeCompact({ volume_id: 1 }));
  await call.VacuumVolumeCommit({ volume_id: 1 });
  await set.stop(1);
  await set.restart(1, { repair });
  await until(async () => (await mend(set.at(1))).incomplete_reason === '');
  expect(await mend(set.at(1))).toMatchObject({ written: 0, undecided: 1, equal: false });
  expect(await readText(set.at(1), 2)).toBe('404');
  expect(await readText(set.at(0), 2)).toBe('old');
  expect(await metricOf(set.at(1), 'volume_undecided_needles')).toBe(1);
});

test('a needle that is damaged in one copy is given from the other and written anew here', async () => {
  set = await ReplicaSet.start('001', { repair: { everyMs: 0, settleMs: 1, retryMs: 10 } });
  await putEverywhere(1, 'some bytes of a needle');
  writeSync(openSync(`${set.at(0).path}/1.dat`, 'r+'), 'X', 8 + 16 + 4 + 2);
  expect(await readText(set.at(0), 1)).toBe('some bytes of a needle');
  await until(async () => (await metricOf(set.at(0), 'volume_needles_mended_total')) === 1);
  await set.stop(1);
  expect(await readText(set.at(0), 1)).toBe('some bytes of a needle');
});

test('a scrub finds damage that nobody has read, and it is mended', async () => {
  set = await ReplicaSet.start('001');
  await putEverywhere(1, 'some bytes of a needle');
  await putEverywhere(2, 'other bytes');
  await set.stop(0);
  writeSync(openSync(`${set.at(0).path}/1.dat`, 'r+'), 'X', 8 + 16 + 4 + 2);
  await set.restart(0, { scrubEveryMs: 50 });
  await until(async () => (await metricOf(set.at(0), 'volume_needles_mended_total')) === 1);
  const { call } = set.at(0).client;
  expect(await readText(set.at(0), 1)).toBe('some bytes of a needle');
  expect((await call.VolumeStatus({ volume_id: 1 })).is_read_only).toBe(false);
});

test('of three copies the one that is back takes the deletion along, also for what the others carried over', async () => {
  set = await ReplicaSet.start('002', { repair: { everyMs: 0, settleMs: 1, retryMs: 60_000 } });
  await putAlone(set.at(0), 1, 'written when the third was away');
  await putAlone(set.at(2), 1, 'written when the third was away');
  await deleteAlone(set.at(0), 1);
  await set.stop(0);
  // The second takes the needle from the third, long after the deletion by its clock.
  expect(await mend(set.at(1))).toMatchObject({ written: 1, incomplete_reason: '1 of 3 copies are away' });
  await set.restart(0, { repair: { everyMs: 0, settleMs: 1, retryMs: 60_000 } });
  await set.master.until(() => set.master.holders(1).length === 3);
  for (const at of [0, 1, 2, 0]) await mend(set.at(at));
  expect(await Promise.all(set.servers.map((server) => readText(server, 1)))).toEqual(['404', '404', '404']);
});

test('a replica that refused a deletion is asked to look when it can', async () => {
  set = await ReplicaSet.start('001', { repair: { everyMs: 0, settleMs: 1, retryMs: 20 } });
  await putEverywhere(1, 'x');
  await set.at(1).client.call.VolumeMarkReadonly({ volume_id: 1 });
  expect((await send(set.at(0).url, 'DELETE', pathOf(1))).status).toBe(500);
  expect(await readText(set.at(1), 1)).toBe('x');
  await set.at(1).client.call.VolumeMarkWritable({ volume_id: 1 });
  await until(async () => (await readText(set.at(1), 1)) === '404');
});

test('changes that are under way are left to themselves', async () => {
  // No change is under way for so long, however slow the machine.
  set = await ReplicaSet.start('001', { repair: { everyMs: 1, settleMs: 3_000, retryMs: 1 } });
  const body = 'y'.repeat(2_000);
  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      for (let round = 0; round < 40; round += 1) {
        const key = writer * 1_000 + (round % 8) + 1;
        const server = set.at(round % 2);
        expect((await send(server.url, 'PUT', pathOf(key), {}, `${body}${round}`)).status).toBe(201);
        if (round % 5 === 4) expect((await send(server.url, 'DELETE', pathOf(key))).status).toBe(202);
      }
    }),
  );
  await until(async () => (await mend(set.at(0))).equal);
  for (const server of set.servers) {
    expect(await metricOf(server, 'volume_needles_mended_total', 'written')).toBe(0);
    expect(await metricOf(server, 'volume_needles_mended_total', 'deleted')).toBe(0);
  }
});

test('in maintenance mode nothing is mended', async () => {
  set = await ReplicaSet.start('001', { repair: { everyMs: 1, settleMs: 1, retryMs: 1 } });
  await set.at(1).client.call.SetState({ state: { maintenance: true, version: 0 } });
  await putAlone(set.at(0), 1, 'x');
  await expect(mend(set.at(1))).rejects.toThrow('maintenance mode');
  expect(await readText(set.at(1), 1)).toBe('404');
  await set.at(1).client.call.SetState({ state: { maintenance: false, version: 1 } });
  await until(async () => (await readText(set.at(1), 1)) === 'x');
});

test('copies on servers of another kind are no failure, and are not asked for again and again', async () => {
  set = await ReplicaSet.start('002');
  await putEverywhere(1, 'text');
  await set.stop(2);
  set.master.foreignHolders = [set.master.address];
  await putAlone(set.at(0), 2, 'only on the first');
  await until(async () => (await readText(set.at(1), 2)) === 'only on the first');
  expect(await mend(set.at(0))).toMatchObject({
    equal: false,
    incomplete_reason: '1 copies are on servers that cannot compare',
  });
  expect(await metricOf(set.at(0), 'volume_copies_compared_total', 'failed')).toBe(0);
});
