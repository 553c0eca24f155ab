import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { collect, textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume, type TestService } from '../support/start-test-service.ts';

const addressOf = (service: TestService): string => `127.0.0.1:${service.httpPort}.${service.grpcPort}`;

async function put(service: TestService, fid: string, body: string | Buffer): Promise<void> {
  expect((await send(service.url, 'PUT', `/1,${fid}`, {}, body)).status).toBe(201);
}

async function get(service: TestService, fid: string): Promise<string> {
  const { status, body } = await send(service.url, 'GET', `/1,${fid}`);
  return status === 200 ? body.toString() : String(status);
}

test('a copy is the source byte for byte, and says up to when by the last record, not by the file', async () => {
  const source = await startTestService({ tailPauseMs: 50 });
  await source.client.call.AllocateVolume({ volume_id: 1, version: 3, collection: 'photos', replication: '001' });
  await source.client.call.VolumeConfigure({ volume_id: 1, replication: '000' });
  for (let key = 1; key <= 20; key += 1)
    await put(source, `${key.toString(16).padStart(2, '0')}00000007`, `body ${key}`);
  expect((await send(source.url, 'DELETE', '/1,0300000007')).status).toBe(202);
  const future = new Date(Date.now() + 7_200_000);
  utimesSync(`${source.path}/photos_1.dat`, future, future);
  const target = await startTestService();
  const answers = await collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node: addressOf(source) }));
  for (const file of ['photos_1.dat', 'photos_1.idx', 'photos_1.vif']) {
    expect(readFileSync(`${target.path}/${file}`)).toEqual(readFileSync(`${source.path}/${file}`));
  }
  const newest = (await collect(source.client.call.VolumeTailSender({ volume_id: 1, idle_timeout_seconds: 1 })))
    .filter(({ needle_header }) => needle_header.length > 0)
    .at(-1);
  expect(answers.at(-1)?.last_append_at_ns).toBe(String(newest?.needle_body.readBigUInt64BE(4)));
  expect(await get(target, '0500000007')).toBe('body 5');
  expect(await get(target, '0300000007')).toBe('404');
  await put(target, '2100000007', 'goes on');
  expect(readdirSync(target.path).filter((file) => /copying|note/.test(file))).toEqual([]);
});

test('a copy takes the place of the volume that is here, whatever its collection', async () => {
  const source = await startWithVolume();
  await put(source, '0100000001', 'new');
  const target = await startTestService();
  await target.client.call.AllocateVolume({ volume_id: 1, version: 3, collection: 'old' });
  await put(target, '0200000002', 'old');
  await collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node: addressOf(source) }));
  expect([await get(target, '0100000001'), await get(target, '0200000002')]).toEqual(['new', '404']);
  expect(existsSync(`${target.path}/old_1.dat`)).toBe(false);
});

test('when the source does not have it, or is away, the volume that is here stays', async () => {
  const [source, target] = [await startTestService(), await startWithVolume()];
  await put(target, '0100000001', 'kept');
  const missing = collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node: addressOf(source) }));
  expect(await textOf(missing)).toMatch(/^unavailable: read volume file status failed.*not found volume id 1/);
  const away = collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node: '127.0.0.1:1.1' }));
  expect(await textOf(away)).toMatch(/^unavailable: read volume file status failed/);
  expect(await get(target, '0100000001')).toBe('kept');
  await target.client.call.SetState({ state: { maintenance: true, version: 0 } });
  const refused = collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node: addressOf(source) }));
  expect(await textOf(refused)).toMatch(/is in maintenance mode/);
});

test('a copy that is given up leaves nothing behind, and the next one goes through', async () => {
  const data = randomBytes(9_000_000);
  const source = await startWithVolume();
  await put(source, '0100000001', data);
  const target = await startTestService();
  const slow = { volume_id: 1, source_data_node: addressOf(source), io_byte_per_second: 1_000_000 };
  const given = collect(target.client.call.VolumeCopy(slow, { deadlineMs: 300 }));
  expect(await textOf(given)).toMatch(/^deadline-exceeded/);
  const again = () => textOf(collect(target.client.call.VolumeCopy({ ...slow, io_byte_per_second: 0 })));
  let outcome = await again();
  while (outcome.startsWith('resource-exhausted')) outcome = await again();
  expect(outcome).toBe('ok');
  expect(readdirSync(target.path).filter((file) => file.includes('copying'))).toEqual([]);
  expect(Buffer.compare((await send(target.url, 'GET', '/1,0100000001')).body, data)).toBe(0);
});
