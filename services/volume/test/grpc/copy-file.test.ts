import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { collect, textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume, type TestService } from '../support/start-test-service.ts';

const ANY_REVISION = 0xffffffff;
const TO_THE_END = 2n ** 64n - 1n;

async function bytesOf(service: TestService, ext: string, extra: object = {}): Promise<Buffer> {
  const request = { volume_id: 1, ext, compaction_revision: ANY_REVISION, stop_offset: TO_THE_END, ...extra };
  return Buffer.concat((await collect(service.client.call.CopyFile(request))).map(({ file_content }) => file_content));
}

test('a file comes whole or up to a position, with its time in front', async () => {
  const service = await startWithVolume();
  await send(service.url, 'PUT', '/1,0100000001', {}, randomBytes(5 * 2 ** 20));
  expect(Buffer.compare(await bytesOf(service, '.dat'), readFileSync(`${service.path}/1.dat`))).toBe(0);
  expect((await bytesOf(service, '.idx')).length).toBe(16);
  expect((await bytesOf(service, '.dat', { stop_offset: 3_000_000 })).length).toBe(3_000_000);
  const request = { volume_id: 1, ext: '.dat', compaction_revision: 0, stop_offset: TO_THE_END };
  const times = (await collect(service.client.call.CopyFile(request))).map(
    ({ modified_ts_ns }) => modified_ts_ns !== '0',
  );
  expect(times.length).toBeGreaterThan(2);
  expect(times.indexOf(true)).toBe(0);
  expect(times.lastIndexOf(true)).toBe(0);
  const none = await collect(service.client.call.CopyFile({ ...request, stop_offset: 0 }));
  expect(none).toMatchObject([{ file_content: Buffer.alloc(0) }]);
  expect(none[0]?.modified_ts_ns).not.toBe('0');
});

test('a tombstone that the index names is described', async () => {
  const service = await startWithVolume();
  await send(service.url, 'PUT', '/1,0100000007', {}, 'x');
  await send(service.url, 'DELETE', '/1,0100000007');
  const idx = await bytesOf(service, '.idx');
  const offset = idx.readUInt32BE(16 + 8) * 8;
  const meta = await service.client.call.ReadNeedleMeta({ volume_id: 1, needle_id: 1, offset, size: -1 });
  expect(meta.cookie).toBe(7);
  expect(meta.append_at_ns).not.toBe('0');
});

test('what is missing, compacted, or no file name', async () => {
  const { client } = await startWithVolume();
  const copy = (extra: object) =>
    collect(client.call.CopyFile({ volume_id: 1, compaction_revision: ANY_REVISION, ...extra }));
  expect(await textOf(copy({ ext: '.missing', stop_offset: 1 }))).toMatch(/^unknown: volume 1 has no .missing file/);
  expect(await copy({ ext: '.missing', stop_offset: 1, ignore_source_file_not_found: true })).toEqual([]);
  expect(await copy({ ext: '.missing', stop_offset: 0 })).toEqual([]);
  expect(await textOf(copy({ ext: '.idx', stop_offset: 1, compaction_revision: 1 }))).toBe(
    'unknown: volume 1 is compacted',
  );
  expect(await textOf(copy({ ext: '.dat', volume_id: 9 }))).toBe('unknown: not found volume id 9');
  const shard = { ext: '.ec00', volume_id: 9, is_ec_volume: true, stop_offset: 1 };
  expect(await textOf(copy(shard))).toBe('unknown: CopyFile not found ec volume id 9');
  expect(await copy({ ...shard, ignore_source_file_not_found: true })).toEqual([]);
  for (const ext of ['dat', '.', '', '.d/../../x', '..', '.dat\0']) {
    expect(await textOf(copy({ ext, stop_offset: 1 }))).toMatch(/invalid file extension/);
  }
  expect(await textOf(copy({ ...shard, collection: '../../etc' }))).toMatch(/invalid collection/);
});

test('the end of a volume after a time', async () => {
  const service = await startWithVolume();
  for (let key = 1; key <= 3; key += 1) await send(service.url, 'PUT', `/1,0${key}00000001`, {}, 'data');
  const dat = readFileSync(`${service.path}/1.dat`);
  const increment = async (since_ns: bigint): Promise<Buffer> =>
    Buffer.concat(
      (await collect(service.client.call.VolumeIncrementalCopy({ volume_id: 1, since_ns }))).map(
        (part) => part.file_content,
      ),
    );
  expect(await increment(0n)).toEqual(dat.subarray(8));
  const third = dat.indexOf(Buffer.from('0000000000000003', 'hex')) - 4;
  const second = dat.indexOf(Buffer.from('0000000000000002', 'hex')) - 4;
  const secondTime = dat.readBigUInt64BE(second + 16 + dat.readInt32BE(second + 12) + 4);
  expect(await increment(secondTime)).toEqual(dat.subarray(third));
  expect(await increment(secondTime - 1n)).toEqual(dat.subarray(second));
  expect(await increment(TO_THE_END)).toEqual(Buffer.alloc(0));
});

test('a file that is sent appears whole beside its volume', async () => {
  const service = await startWithVolume();
  const info = { volume_id: 1, ext: '.tmprecv', file_size: 10 };
  async function* parts() {
    yield { info };
    yield { file_content: Buffer.from('01234') };
    yield { file_content: Buffer.from('56789') };
  }
  expect(await service.client.call.ReceiveFile(parts())).toEqual({ bytes_written: '10', error: '' });
  expect((await bytesOf(service, '.tmprecv')).toString()).toBe('0123456789');
});

test('a file that ends early, breaks the protocol or would pull files away below a volume is refused and leaves nothing', async () => {
  const service = await startWithVolume();
  const dat = readFileSync(`${service.path}/1.dat`);
  const receive = async (...messages: object[]): Promise<string> => {
    async function* parts() {
      yield* messages;
    }
    return (await service.client.call.ReceiveFile(parts())).error;
  };
  const content = { file_content: Buffer.from('x') };
  expect(await receive(content)).toBe('file info must be sent first');
  expect(await receive({})).toBe('unknown message type');
  expect(await receive({ info: { volume_id: 1, ext: '.half', file_size: 2 } }, content)).toMatch(
    /ended after 1 of 2 bytes/,
  );
  expect(await receive({ info: { volume_id: 1, ext: '.dat' } }, content)).toMatch(/volume 1 is mounted; unmount/);
  expect(await receive({ info: { volume_id: 2, ext: '.dat' } }, content)).toBe('volume 2 not found');
  expect(await receive({ info: { volume_id: 2, ext: '.ec00', is_ec_volume: true, disk_id: 7 } }, content)).toBe(
    'invalid disk_id 7: only have 1 disks',
  );
  expect(await receive({ info: { volume_id: 1, ext: './x' } }, content)).toMatch(/invalid file extension/);
  expect(existsSync(`${service.path}/1.half`) || existsSync(`${service.path}/1.half.copying`)).toBe(false);
  expect(readFileSync(`${service.path}/1.dat`)).toEqual(dat);
});

test('shards and files of a volume that is still to be put together have their places', async () => {
  const service = await startTestService();
  async function* file(info: object) {
    yield { info };
    yield { file_content: Buffer.from('bytes') };
  }
  const shard = { volume_id: 5, collection: 'c', ext: '.ec03', is_ec_volume: true, shard_id: 3 };
  expect((await service.client.call.ReceiveFile(file(shard))).error).toBe('');
  expect(readFileSync(`${service.path}/c_5.ec03`, 'utf8')).toBe('bytes');
  const staged = { volume_id: 6, ext: '.dat', disk_type: 'hdd' };
  expect((await service.client.call.ReceiveFile(file(staged))).error).toBe('');
  expect(readFileSync(`${service.path}/6.dat.copying`, 'utf8')).toBe('bytes');
  const beside = { volume_id: 5, collection: 'c', ext: '.dat', disk_type: 'hdd' };
  expect((await service.client.call.ReceiveFile(file(beside))).error).toMatch(/no hdd disk location/);
  writeFileSync(`${service.path}/stray.copying`, 'another program');
  expect(existsSync(`${service.path}/stray.copying`)).toBe(true);
});
