import { appendFileSync, openSync, truncateSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { collect, textOf } from '../support/grpc-text.ts';
import { formOf, send } from '../support/raw-http.ts';
import { startWithVolume, type TestService } from '../support/start-test-service.ts';

async function put(service: TestService, fid: string, body: string): Promise<void> {
  expect((await send(service.url, 'PUT', `/${fid}`, {}, body)).status).toBe(201);
}

/** Two volumes of three needles each. */
async function startWithNeedles(): Promise<TestService> {
  const service = await startWithVolume();
  await service.client.call.AllocateVolume({ volume_id: 2, version: 3 });
  for (const volumeId of [1, 2]) {
    for (let key = 1; key <= 3; key += 1) await put(service, `${volumeId},0${key}00000001`, `data ${key}`);
    // Rows reach the index file a little later; whoever asks for the lengths waits for them.
    await service.client.call.ReadVolumeFileStatus({ volume_id: volumeId });
  }
  return service;
}

test('healthy volumes: all of them or those named, in every mode', async () => {
  const { client, url } = await startWithNeedles();
  await send(url, 'DELETE', '/1,0100000001');
  await put({ url } as TestService, '1,0200000001', 'again');
  for (const mode of ['INDEX', 'FULL', 'LOCAL'] as const) {
    expect(await client.call.ScrubVolume({ mode })).toEqual({
      total_volumes: '2',
      total_files: '8',
      broken_volume_ids: [],
      details: [],
    });
  }
  expect(await client.call.ScrubVolume({ mode: 'FULL', volume_ids: [2] })).toMatchObject({ total_files: '3' });
  expect(await textOf(client.call.ScrubVolume({ mode: 'FULL', volume_ids: [9] }))).toBe(
    'unknown: volume id 9 not found',
  );
  expect(await textOf(client.call.ScrubVolume({ mode: 'CHECKSUM' }))).toBe('unknown: unsupported volume scrub mode 4');
});

test('a flipped bit is told of with its needle, for its volume alone', async () => {
  const service = await startWithNeedles();
  writeSync(openSync(`${service.path}/2.dat`, 'r+'), 'X', 8 + 16 + 4);
  const report = await service.client.call.ScrubVolume({ mode: 'FULL' });
  expect(report.broken_volume_ids).toEqual([2]);
  expect(report.details).toEqual([expect.stringMatching(/^failed to read needle 1 on volume 2: /)]);
  expect((await service.client.call.ScrubVolume({ mode: 'INDEX' })).broken_volume_ids).toEqual([]);
});

test('a cut data file, and an index that ends within a row', async () => {
  const service = await startWithNeedles();
  truncateSync(`${service.path}/1.dat`, 8);
  appendFileSync(`${service.path}/2.idx`, Buffer.from([0xde, 0xad]));
  const report = await service.client.call.ScrubVolume({ mode: 'FULL' });
  expect(report.broken_volume_ids).toEqual([1, 2]);
  expect(report.details.at(-1)).toBe('expected an index file of size 48, got 50');
});

test('broken volumes turn read-only when asked to, not in maintenance, healthy ones never', async () => {
  const service = await startWithNeedles();
  const { call } = service.client;
  appendFileSync(`${service.path}/2.idx`, Buffer.from([0xde, 0xad]));
  const isReadOnly = async (volume_id: number) => (await call.VolumeStatus({ volume_id })).is_read_only;
  await call.ScrubVolume({ mode: 'INDEX' });
  expect(await isReadOnly(2)).toBe(false);
  await call.SetState({ state: { maintenance: true, version: 0 } });
  expect(await textOf(call.ScrubVolume({ mode: 'INDEX', mark_broken_volumes_readonly: true }))).toMatch(
    /is in maintenance mode/,
  );
  await call.SetState({ state: { maintenance: false, version: 1 } });
  const { details } = await call.ScrubVolume({ mode: 'INDEX', mark_broken_volumes_readonly: true });
  expect(details).toContain('volume 2 is now read-only');
  expect([await isReadOnly(1), await isReadOnly(2)]).toEqual([false, true]);
});

test('a query: one answer a file, also when nothing matches or the file lies there compressed', async () => {
  const service = await startWithVolume();
  const lines = Array.from({ length: 50 }, (_, score) => `{"score":${score}}`).join('\n');
  await put(service, '1,01aabbccdd', '{"score":3}\n{"score":12}\n{"score":18}\n');
  const form = formOf(lines, 'scores.txt', 'Content-Type: text/plain\r\n');
  expect((await send(service.url, 'POST', '/1,02aabbccdd', form.headers, form.body)).status).toBe(201);
  const query = async (fids: string[], value: string, input: object = { json_input: { type: 'LINES' } }) =>
    (
      await collect(
        service.client.call.Query({
          from_file_ids: fids,
          selections: ['score'],
          filter: { field: 'score', operand: '>', value },
          input_serialization: input,
        }),
      )
    ).map(({ records }) => records.toString());
  expect(await query(['1,01aabbccdd', '1,02aabbccdd'], '11')).toEqual([
    '{score:12}{score:18}',
    expect.stringMatching(/^\{score:12\}.*\{score:49\}$/),
  ]);
  expect(await query(['1,01aabbccdd'], '100')).toEqual(['']);
  expect(await query(['1,01aabbccdd'], '0', { csv_input: {} })).toEqual([]);
  expect(await query(['1,01aabbccde'], '0')).toEqual([]);
  expect(await textOf(query(['bad-fid'], '0'))).toMatch(/^unknown: /);
  expect(await textOf(query(['9,01aabbccdd'], '0'))).toMatch(/^unknown: volume 9 not found/);
});

test('a query over CSV: filtered, projected, in as many answers as it takes, none when nothing matches', async () => {
  const { client, url } = await startWithVolume();
  const rows = Array.from({ length: 120_000 }, (_, id) => `${id},name ${id}`);
  const csv = `id,name\n${rows.join('\n')}\n`;
  expect((await send(url, 'PUT', '/1,01aabbccdd', {}, csv)).status).toBe(201);
  expect((await send(url, 'PUT', '/1,02aabbccdd', {}, gzipSync(csv))).status).toBe(201);
  const ask = (request: object, fids: string[] = ['1,01aabbccdd']) =>
    collect(client.call.Query({ from_file_ids: fids, ...request }));
  const used = { file_header_info: 'USE' };
  const filter = { field: 'id', operand: '<', value: '2' };
  const input_serialization = { csv_input: used };
  const output_serialization = { json_output: {} };
  const one = { selections: ['name'], filter, input_serialization, output_serialization };
  expect((await ask(one)).map(({ records }) => records.toString())).toEqual(['{"name":"name 0"}\n{"name":"name 1"}\n']);
  const all = await ask({ input_serialization });
  expect(all.length).toBeGreaterThan(1);
  expect(Buffer.concat(all.map(({ records }) => records)).toString()).toBe(`${rows.join('\n')}\n`);
  expect(await ask({ ...one, filter: { ...filter, value: '0' } })).toEqual([]);
  const folded = { csv_input: used, compression_type: 'GZIP' };
  expect(await ask({ ...one, input_serialization: folded }, ['1,02aabbccdd', '1,01aabbccdd'])).toHaveLength(2);
  expect(await textOf(ask({ input_serialization: { csv_input: { comments: '--' } } }))).toBe(
    'invalid-argument: comments must be one character',
  );
  expect(await ask({ input_serialization: { parquet_input: {} } })).toEqual([]);
});
