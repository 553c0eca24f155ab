import { randomBytes } from 'node:crypto';
import { NEEDLE_HEADER_BYTES } from '@needlestack/needle-format';
import { collect, textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume, type TestService } from '../support/start-test-service.ts';

const QUICK = { tailPauseMs: 50 };

const addressOf = (service: TestService): string => `127.0.0.1:${service.httpPort}.${service.grpcPort}`;

async function put(service: TestService, fid: string, body: string | Buffer): Promise<void> {
  expect((await send(service.url, 'PUT', `/1,${fid}`, {}, body)).status).toBe(201);
}

async function get(service: TestService, fid: string): Promise<string> {
  const { status, body } = await send(service.url, 'GET', `/1,${fid}`);
  return status === 200 ? body.toString() : String(status);
}

/** Behind the body and its checksum. */
function appendTimeOf(record: { readonly needle_header: Buffer; readonly needle_body: Buffer }): bigint {
  return record.needle_body.readBigUInt64BE(record.needle_header.readInt32BE(12) + 4);
}

test('an idle tail sends a sign of life and ends; a missing volume is named', async () => {
  const { client } = await startWithVolume(QUICK);
  const messages = await collect(client.call.VolumeTailSender({ volume_id: 1, idle_timeout_seconds: 1 }));
  expect(messages).toMatchObject([{ is_last_chunk: true, version: 3, needle_header: Buffer.alloc(0) }]);
  expect(await textOf(collect(client.call.VolumeTailSender({ volume_id: 2 })))).toBe('unknown: not found volume id 2');
  expect(await textOf(client.call.VolumeTailReceiver({ volume_id: 2 }))).toBe(
    'unknown: receiver not found volume id 2',
  );
});

test('a large record comes in parts of which the last says so', async () => {
  const service = await startWithVolume(QUICK);
  await put(service, '0100000001', randomBytes(5 * 2 ** 20));
  const messages = await collect(service.client.call.VolumeTailSender({ volume_id: 1, idle_timeout_seconds: 1 }));
  const parts = messages.filter(({ needle_header }) => needle_header.length === NEEDLE_HEADER_BYTES);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.findIndex(({ is_last_chunk }) => is_last_chunk)).toBe(parts.length - 1);
});

test('a tail since a record sends what was appended after it, and nothing of before', async () => {
  const service = await startWithVolume(QUICK);
  for (let key = 1; key <= 9; key += 1) await put(service, `0${key}00000001`, `body ${key}`);
  const all = await collect(service.client.call.VolumeTailSender({ volume_id: 1, idle_timeout_seconds: 1 }));
  const records = all.filter(({ needle_header }) => needle_header.length > 0);
  expect(records).toHaveLength(9);
  const keys = records.map(({ needle_header }) => needle_header.readBigUInt64BE(4));
  expect(keys).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
  const since_ns = records[5] === undefined ? 0n : appendTimeOf(records[5]);
  const later = await collect(
    service.client.call.VolumeTailSender({ volume_id: 1, since_ns, idle_timeout_seconds: 1 }),
  );
  const laterKeys = later.filter(({ needle_header }) => needle_header.length > 0);
  expect(laterKeys.map(({ needle_header }) => needle_header.readBigUInt64BE(4))).toEqual([7n, 8n, 9n]);
});

test('a receiver does what its source did: writes, overwrites, deletions, empty files, whatever is here', async () => {
  const [source, target] = [await startWithVolume(QUICK), await startWithVolume(QUICK)];
  await put(target, '0500000099', 'another cookie');
  for (let key = 1; key <= 6; key += 1) await put(source, `0${key}00000001`, `body ${key}`);
  await put(source, '0200000001', 'again');
  await send(source.url, 'DELETE', '/1,0300000001');
  await put(source, '0400000001', '');
  const request = { volume_id: 1, source_volume_server: addressOf(source), idle_timeout_seconds: 1 };
  await target.client.call.VolumeTailReceiver(request);
  const seen = await Promise.all([1, 2, 3, 4, 5, 6].map((key) => get(target, `0${key}00000001`)));
  expect(seen).toEqual(['body 1', 'again', '404', '', 'body 5', 'body 6']);
  await target.client.call.VolumeTailReceiver(request);
  expect(await get(target, '0300000001')).toBe('404');
});

test('writes during a move arrive by the tail since the copy', async () => {
  const source = await startWithVolume(QUICK);
  await put(source, '0100000001', 'before');
  const target = await startTestService(QUICK);
  const copied = await collect(target.client.call.VolumeCopy({ volume_id: 1, source_data_node: addressOf(source) }));
  await put(source, '0200000001', 'meanwhile');
  await send(source.url, 'DELETE', '/1,0100000001');
  const since_ns = copied.at(-1)?.last_append_at_ns ?? '0';
  await target.client.call.VolumeTailReceiver({
    volume_id: 1,
    since_ns,
    source_volume_server: addressOf(source),
    idle_timeout_seconds: 1,
  });
  expect([await get(target, '0100000001'), await get(target, '0200000001')]).toEqual(['404', 'meanwhile']);
});

test('a tail without an end is ended by its client, and by the stop of the server', async () => {
  const service = await startWithVolume(QUICK);
  await put(service, '0100000001', 'x');
  const messages = service.client.call.VolumeTailSender({ volume_id: 1 })[Symbol.asyncIterator]();
  expect((await messages.next()).done).toBe(false);
  await service.close(1_000);
  const rest = (async () => {
    for (let step = await messages.next(); step.done !== true; step = await messages.next());
  })();
  expect(['ok', 'cancelled', 'unavailable']).toContain((await textOf(rest)).split(':')[0]);
});
