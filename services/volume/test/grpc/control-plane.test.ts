import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c, decodeIndexEntry, maskCrc32c } from '@needlestack/needle-format';
import { RpcError } from '@needlestack/rpc';
import { SessionDataPlane } from '@needlestack/service-contracts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';

async function textOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RpcError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'ok';
}

test('no volume leaves the directories by the name of its collection', async () => {
  const { path, client } = await startTestService();
  for (const collection of ['../x', '..', 'a/b', 'a\\b', 'a\0b']) {
    expect(await textOf(client.call.AllocateVolume({ volume_id: 1, version: 3, collection }))).toBe(
      `unknown: invalid collection ${JSON.stringify(collection)}`,
    );
  }
  expect(existsSync(join(path, '../x_1.dat'))).toBe(false);
});

test('the life of a volume: allocate, status, unmount, mount, delete', async () => {
  const { url, client } = await startTestService();
  const { call } = client;
  expect(await textOf(call.AllocateVolume({ volume_id: 1, version: 0 }))).toBe(
    'unknown: volume super block version 0 is not supported',
  );
  await call.AllocateVolume({ volume_id: 1, version: 3, collection: 'photos_2026', replication: '000', ttl: '' });
  expect(await textOf(call.AllocateVolume({ volume_id: 1, version: 3 }))).toBe('unknown: Volume Id 1 already exists!');
  expect(await call.VolumeStatus({ volume_id: 1 })).toMatchObject({
    is_read_only: false,
    file_count: '0',
    volume_size: '8',
  });
  expect(await textOf(call.VolumeStatus({ volume_id: 2 }))).toBe('unknown: not found volume id 2');
  await send(url, 'PUT', '/1,0123456789', {}, 'x');
  expect(await textOf(call.VolumeDelete({ volume_id: 1, only_empty: true }))).toBe('unknown: volume not empty');
  await call.VolumeUnmount({ volume_id: 1 });
  await call.VolumeUnmount({ volume_id: 1 });
  expect((await send(url, 'GET', '/1,0123456789')).status).toBe(404);
  await call.VolumeMount({ volume_id: 1 });
  expect((await send(url, 'GET', '/1,0123456789')).status).toBe(200);
  await call.VolumeDelete({ volume_id: 1 });
  expect(await textOf(call.VolumeDelete({ volume_id: 1 }))).toBe('unknown: delete volume 1 not found on disk');
  expect(await textOf(call.VolumeMount({ volume_id: 1 }))).toBe('unknown: volume 1 not found on disk');
});

test('marking and maintenance; the state is kept over a restart', async () => {
  const first = await startWithVolume();
  const { call } = first.client;
  await send(first.url, 'PUT', '/1,0223456789', {}, 'x');
  await call.VolumeMarkReadonly({ volume_id: 1, persist: true });
  const refused = await send(first.url, 'PUT', '/1,0123456789', {}, 'x');
  expect(refused.body.toString()).toBe('{"error":"failed to write to local disk: volume 1 is read only"}');
  const kept = await send(first.url, 'DELETE', '/1,0223456789');
  expect([kept.status, kept.body.toString()]).toEqual([500, '{"error":"Deletion Failed: volume 1 is read only"}']);
  await call.VolumeMarkWritable({ volume_id: 1 });
  expect((await send(first.url, 'PUT', '/1,0123456789', {}, 'x')).status).toBe(201);
  expect(await textOf(call.SetState({ state: { maintenance: true, version: 7 } }))).toMatch(
    /version mismatch for VolumeServerState/,
  );
  expect(await call.SetState({})).toEqual({ state: { maintenance: false, version: 0 } });
  expect(await call.SetState({ state: { maintenance: true, version: 0 } })).toEqual({
    state: { maintenance: true, version: 1 },
  });
  for (const refusal of [
    call.AllocateVolume({ volume_id: 2, version: 3 }),
    call.VolumeMount({ volume_id: 1 }),
    call.VolumeUnmount({ volume_id: 1 }),
    call.VolumeDelete({ volume_id: 1 }),
    call.VolumeMarkReadonly({ volume_id: 1 }),
    call.VolumeMarkWritable({ volume_id: 1 }),
    call.BatchDelete({ file_ids: ['1,0123456789'] }),
    call.WriteNeedleBlob({ volume_id: 1 }),
  ]) {
    expect(await textOf(refusal)).toMatch(/volume server .* is in maintenance mode/);
  }
  expect(await textOf(call.VolumeMarkReadonly({ volume_id: 9 }))).toBe('unknown: volume 9 not found');
  await first.close();
  const second = await startTestService({ directories: [{ path: first.path, volumesMax: 20 }] });
  expect(await second.client.call.GetState({})).toEqual({ state: { maintenance: true, version: 1 } });
});

test('a batch of deletions is answered one by one, in order, whatever fails', async () => {
  const { url, client } = await startWithVolume();
  for (const id of ['01', '02', '03']) await send(url, 'PUT', `/1,${id}23456789`, {}, 'x');
  await send(url, 'PUT', '/1,0423456789?cm=true', {}, '{}');
  const request = {
    file_ids: [
      '1,0123456789',
      '1,0223456788',
      'nonsense',
      '9,0123456789',
      '1,0423456789',
      '1,0123456789',
      '1,0323456789',
    ],
  };
  const { results } = await client.call.BatchDelete(request);
  expect(results.map(({ status }) => status)).toEqual([202, 400, 400, 404, 406, 404, 202]);
  expect(results[1]?.error).toBe('File Random Cookie does not match.');
  const ids = ['1,02aaaaaaaa', '1,02aaaaaaaa', '1,7faaaaaaaa'];
  const skipping = await client.call.BatchDelete({ file_ids: ids, skip_cookie_check: true });
  expect(skipping.results.map(({ status, error }) => [status, error])).toEqual([
    [202, ''],
    [304, ''],
    [304, ''],
  ]);
});

test('blobs are read by their place, described, and written to another id', async () => {
  const { url, path, client } = await startWithVolume();
  const { call } = client;
  await send(url, 'PUT', '/1,0123456789?ts=1700000000&ttl=5d', {}, 'content');
  await send(url, 'DELETE', '/1,0123456789');
  await send(url, 'PUT', '/1,0223456789', {}, 'content');
  // Rows of the index are written a moment after their needles, or when a copy asks for the files.
  await call.ReadVolumeFileStatus({ volume_id: 1 });
  const idx = readFileSync(join(path, '1.idx'));
  const [written, deleted, second] = [0, 16, 32].map((at) => decodeIndexEntry(idx, at, 4));
  if (written === undefined || deleted === undefined || second === undefined)
    throw new Error('three rows are expected');
  const meta = await call.ReadNeedleMeta({
    volume_id: 1,
    needle_id: 1,
    offset: written.offsetBytes,
    size: written.sizeBytes,
  });
  expect(meta).toMatchObject({
    cookie: 0x23456789,
    last_modified: '1700000000',
    ttl: '5d',
    crc: maskCrc32c(crc32c(Buffer.from('content'))),
  });
  const tombstone = await call.ReadNeedleMeta({ volume_id: 1, needle_id: 1, offset: deleted.offsetBytes, size: -1 });
  expect(tombstone.cookie).toBe(0x23456789);
  expect(BigInt(tombstone.append_at_ns)).toBeGreaterThan(BigInt(meta.append_at_ns));
  const { needle_blob } = await call.ReadNeedleBlob({
    volume_id: 1,
    offset: second.offsetBytes,
    size: second.sizeBytes,
  });
  expect(await textOf(call.ReadNeedleBlob({ volume_id: 1, offset: 1 << 30, size: 10 }))).toMatch(/read needle blob/);
  await call.AllocateVolume({ volume_id: 2, version: 3 });
  expect(await textOf(call.WriteNeedleBlob({ volume_id: 2, needle_id: 2, size: 1, needle_blob }))).toMatch(
    /does not match its blob header size/,
  );
  await call.WriteNeedleBlob({ volume_id: 2, needle_id: 2, size: second.sizeBytes, needle_blob });
  expect((await send(url, 'GET', '/2,0223456789')).body.toString()).toBe('content');
  expect(await call.VolumeNeedleStatus({ volume_id: 2, needle_id: 2 })).toMatchObject({
    cookie: 0x23456789,
    size: second.sizeBytes,
  });
  expect(await textOf(call.VolumeNeedleStatus({ volume_id: 2, needle_id: 9 }))).toMatch(/not found/);
  expect(await textOf(call.VolumeNeedleStatus({ volume_id: 9, needle_id: 9 }))).toBe('unknown: volume not found 9');
});

test('a blob under another id keeps the id that it says, and is read, compacted and deleted under its own', async () => {
  const { url, client, path, close } = await startWithVolume();
  const { call } = client;
  await send(url, 'PUT', '/1,0123456789', {}, 'content');
  await call.ReadVolumeFileStatus({ volume_id: 1 });
  const { offsetBytes, sizeBytes } = decodeIndexEntry(readFileSync(join(path, '1.idx')), 0, 4);
  const { needle_blob } = await call.ReadNeedleBlob({ volume_id: 1, offset: offsetBytes, size: sizeBytes });
  await call.WriteNeedleBlob({ volume_id: 1, needle_id: 2, size: sizeBytes, needle_blob });
  expect(await call.VolumeNeedleStatus({ volume_id: 1, needle_id: 2 })).toMatchObject({ needle_id: '1' });
  await send(url, 'DELETE', '/1,0123456789');
  for await (const _ of call.VacuumVolumeCompact({ volume_id: 1 }));
  await call.VacuumVolumeCommit({ volume_id: 1 });
  expect((await send(url, 'GET', '/1,0223456789')).body.toString()).toBe('content');
  await close();
  const again = await startTestService({ directories: [{ path, volumesMax: 20 }] });
  expect(await again.client.call.VolumeStatus({ volume_id: 1 })).toMatchObject({ is_read_only: false });
  expect((await send(again.url, 'GET', '/1,0223456789')).body.toString()).toBe('content');
  expect((await send(again.url, 'DELETE', '/1,0223456789')).status).toBe(202);
  expect((await send(again.url, 'GET', '/1,0223456789')).status).toBe(404);
});

test('all live needles of a volume come in the order of its file; a missing volume ends the stream with an error', async () => {
  const { url, client } = await startWithVolume();
  for (const id of ['01', '02', '03']) await send(url, 'PUT', `/1,${id}23456789`, {}, `first ${id}`);
  await send(url, 'PUT', '/1,0123456789', {}, 'rewritten');
  await send(url, 'DELETE', '/1,0223456789');
  const seen: string[] = [];
  const stream = (async () => {
    for await (const needle of client.call.ReadAllNeedles({ volume_ids: [1, 9] })) {
      seen.push(`${needle.needle_id} ${Buffer.from(needle.needle_blob).toString()}`);
    }
  })();
  expect(await textOf(stream)).toBe('unknown: not found volume id 9');
  expect(seen).toEqual(['3 first 03', '1 rewritten']);
});

test('the data plane over a session behaves as in process', async () => {
  const { grpcPort } = await startWithVolume();
  const plane = new SessionDataPlane({ address: `127.0.0.1:${grpcPort}` });
  const id = { volumeId: 1, needleKey: 2n ** 64n - 1n, cookie: 7 };
  const data = Buffer.alloc(100_000, 'xyz');
  const { crc32c: checksum } = await plane.writeNeedle({ ...id, data, lastModifiedSeconds: 1 });
  expect(checksum).toBe(crc32c(data));
  expect(Buffer.compare(await plane.readNeedle({ ...id, expectedCrc32c: checksum }), data)).toBe(0);
  await expect(plane.readNeedle({ ...id, cookie: 8 })).rejects.toMatchObject({ code: 'cookie-mismatch' });
  await expect(plane.writeNeedle({ ...id, data, crc32c: 1, lastModifiedSeconds: 1 })).rejects.toMatchObject({
    code: 'checksum-mismatch',
  });
  await expect(plane.readNeedle({ ...id, volumeId: 4 })).rejects.toMatchObject({ code: 'volume-not-found' });
  expect(await plane.deleteNeedles([id, id, { ...id, needleKey: 5n }])).toBe(1);
  await expect(plane.readNeedle(id)).rejects.toMatchObject({ code: 'needle-not-found' });
  plane.close();
});

test('ping answers for this server and refuses to call strangers', async () => {
  const { client } = await startTestService();
  expect(await client.call.Ping({})).toMatchObject({ remote_time_ns: '0' });
  expect(await textOf(client.call.Ping({ target: '10.0.0.1:80', target_type: 'master' }))).toBe(
    'invalid-argument: unknown ping target 10.0.0.1:80 of type master',
  );
});

test('every method of the contract is served', async () => {
  expect((await startTestService()).unimplementedMethods).toEqual([]);
});

test('a vacuum: check, compact, commit, clean up', async () => {
  const { url, client } = await startWithVolume();
  const { call } = client;
  for (const id of ['01', '02'])
    await send(url, 'PUT', `/1,${id}23456789`, { 'content-type': 'image/png' }, Buffer.alloc(1000, id));
  await send(url, 'DELETE', '/1,0123456789');
  expect((await call.VacuumVolumeCheck({ volume_id: 1 })).garbage_ratio).toBeCloseTo(0.5);
  for await (const _ of call.VacuumVolumeCompact({ volume_id: 1 }));
  expect(await call.VacuumVolumeCommit({ volume_id: 1 })).toMatchObject({ is_read_only: false });
  await call.VacuumVolumeCleanup({ volume_id: 1 });
  expect((await call.VacuumVolumeCheck({ volume_id: 1 })).garbage_ratio).toBe(0);
  expect((await send(url, 'GET', '/1,0223456789')).body.equals(Buffer.alloc(1000, '02'))).toBe(true);
  expect(await textOf(call.VacuumVolumeCheck({ volume_id: 9 }))).toBe(
    'unknown: volume id 9 is not found during check compact',
  );
});

test('replication is changed for good; what goes wrong is said in the answer', async () => {
  const first = await startWithVolume();
  const { call } = first.client;
  expect((await call.VolumeConfigure({ volume_id: 1, replication: '9x' })).error).toMatch(/replication/);
  expect((await call.VolumeConfigure({ volume_id: 9, replication: '001' })).error).toMatch(
    /not found on disk.*Also failed to restore mount/,
  );
  expect(await call.VolumeConfigure({ volume_id: 1, replication: '001' })).toEqual({ error: '' });
  await call.VolumeMarkReadonly({ volume_id: 1, persist: true });
  await call.VolumeMarkWritable({ volume_id: 1 });
  expect((await call.VolumeSyncStatus({ volume_id: 1 })).replication).toBe('001');
  await first.close();
  const second = await startTestService({ directories: [{ path: first.path, volumesMax: 20 }] });
  expect((await second.client.call.VolumeSyncStatus({ volume_id: 1 })).replication).toBe('001');
});

test('what a copier asks first: lengths, revision, info', async () => {
  const { url, path, client } = await startWithVolume();
  await send(url, 'PUT', '/1,0123456789', {}, 'x');
  const status = await client.call.ReadVolumeFileStatus({ volume_id: 1 });
  expect(status).toMatchObject({
    dat_file_size: String(readFileSync(join(path, '1.dat')).length),
    idx_file_size: '16',
    file_count: '1',
    compaction_revision: 0,
    version: 3,
    volume_info: { bytes_offset: 4, version: 3 },
  });
  expect(await textOf(client.call.ReadVolumeFileStatus({ volume_id: 9 }))).toBe('unknown: not found volume id 9');
});
