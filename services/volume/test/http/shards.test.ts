import { send } from '../support/raw-http.ts';
import { startWithVolume, type TestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const ALL_SHARDS = Array.from({ length: 14 }, (_, shardId) => shardId);

/** A server on which volume 1 lies in shards only. */
async function startWithShards(write: (service: TestService) => Promise<unknown>): Promise<TestService> {
  const service = await startWithVolume();
  await write(service);
  const { call } = service.client;
  await call.VolumeMarkReadonly({ volume_id: 1 });
  await call.VolumeEcShardsGenerate({ volume_id: 1 });
  await call.VolumeEcShardsMount({ volume_id: 1, shard_ids: ALL_SHARDS });
  await call.VolumeUnmount({ volume_id: 1 });
  return service;
}

test('needles in shards are read like others: whole, in ranges, conditionally', async () => {
  const { url } = await startWithShards(({ url: at }) =>
    send(at, 'PUT', `${FID}?ts=1700000000`, { 'content-type': 'text/x-test' }, '0123456789'),
  );
  const whole = await send(url, 'GET', FID);
  expect({ status: whole.status, body: whole.body.toString(), type: whole.headers['content-type'] }).toEqual({
    status: 200,
    body: '0123456789',
    type: 'text/x-test',
  });
  expect((await send(url, 'GET', FID, { range: 'bytes=2-3' })).body.toString()).toBe('23');
  expect((await send(url, 'HEAD', FID)).headers['content-length']).toBe('10');
  expect((await send(url, 'GET', FID, { 'if-none-match': String(whole.headers.etag) })).status).toBe(304);
  expect((await send(url, 'GET', '/1,0123456788')).status).toBe(404);
  expect((await send(url, 'GET', '/1,0923456789')).status).toBe(404);
});

test('a file in chunks whose needles lie in shards is read as one', async () => {
  const manifest = { name: 'whole.txt', size: 5, chunks: [{ fid: FID.slice(1), offset: 0, size: 5 }] };
  const { url } = await startWithShards(async ({ url: at }) => {
    await send(at, 'PUT', FID, {}, '01234');
    await send(at, 'PUT', '/1,1023456789?cm=true', {}, JSON.stringify(manifest));
  });
  const answer = await send(url, 'GET', '/1,1023456789');
  expect({ body: answer.body.toString(), store: answer.headers['x-file-store'] }).toEqual({
    body: '01234',
    store: 'chunked',
  });
});

test('a deletion answers a length once; a second one and one with a wrong cookie are refused', async () => {
  const { url } = await startWithShards(({ url: at }) => send(at, 'PUT', FID, {}, '0123456789'));
  const remove = async (path: string) => {
    const { status, body } = await send(url, 'DELETE', path);
    return `${status} ${body}`;
  };
  expect(await remove('/1,01aabbccdd')).toBe('500 {"error":"Deletion Failed: unexpected cookie aabbccdd"}');
  expect((await send(url, 'GET', FID)).status).toBe(200);
  expect(await remove(FID)).toMatch(/^202 \{"size":\d+\}$/);
  expect((await send(url, 'GET', FID)).status).toBe(404);
  expect(await remove(FID)).toBe('500 {"error":"Deletion Failed: already deleted"}');
});

test('a write into shards is refused', async () => {
  const { url } = await startWithShards(({ url: at }) => send(at, 'PUT', FID, {}, 'x'));
  expect((await send(url, 'PUT', '/1,0223456789', {}, 'x')).status).toBe(404);
});
