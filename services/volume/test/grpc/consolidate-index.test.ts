import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { textOf } from '../support/grpc-text.ts';
import { send } from '../support/raw-http.ts';
import { startTestService, startWithVolume } from '../support/start-test-service.ts';
import { tempDirectory } from '../support/test-volumes.ts';

test('an index beside its data moves to the directory for indexes, and is written to there', async () => {
  const first = await startWithVolume();
  await send(first.url, 'PUT', '/1,0100000001', {}, 'one');
  await first.close();
  const indexPath = tempDirectory();
  const directories = [{ path: first.path, indexPath, volumesMax: 20 }];
  const second = await startTestService({ directories });
  await second.client.call.VolumeConsolidateIndex({ volume_id: 1 });
  expect([existsSync(`${first.path}/1.idx`), existsSync(`${indexPath}/1.idx`)]).toEqual([false, true]);
  expect((await send(second.url, 'PUT', '/1,0200000001', {}, 'two')).status).toBe(201);
  await second.client.call.VolumeConsolidateIndex({ volume_id: 1 });
  expect(await textOf(second.client.call.VolumeConsolidateIndex({ volume_id: 9 }))).toBe(
    'unknown: volume 9 not found on disk',
  );
  await second.close();
  const third = await startTestService({ directories });
  for (const [fid, body] of [
    ['01', 'one'],
    ['02', 'two'],
  ]) {
    expect((await send(third.url, 'GET', `/1,${fid}00000001`)).body.toString()).toBe(body);
  }
});

test('a crash between copy and removal leaves the same index twice, and the one beside the data counts', async () => {
  const first = await startWithVolume();
  await send(first.url, 'PUT', '/1,0100000001', {}, 'one');
  await first.close();
  const indexPath = tempDirectory();
  copyFileSync(`${first.path}/1.idx`, `${indexPath}/1.idx.copying`);
  const directories = [{ path: first.path, indexPath, volumesMax: 20 }];
  await (await startTestService({ directories })).close();
  expect(existsSync(`${indexPath}/1.idx.copying`)).toBe(false);
  copyFileSync(`${first.path}/1.idx`, `${indexPath}/1.idx.copying`);
  renameSync(`${indexPath}/1.idx.copying`, `${indexPath}/1.idx`);
  const second = await startTestService({ directories });
  await send(second.url, 'PUT', '/1,0200000001', {}, 'two');
  await second.client.call.VolumeConsolidateIndex({ volume_id: 1 });
  expect((await send(second.url, 'GET', '/1,0200000001')).body.toString()).toBe('two');
});
