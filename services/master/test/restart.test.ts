import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFileId } from '@needlestack/needle-format';
import { holdDirectory } from '@needlestack/service-kit';
import { RunningMaster } from './support/running-master.ts';

test('a restart gives out no file key and no volume id again', async () => {
  const first = await RunningMaster.start();
  await first.join({ maxVolumes: 4 });
  const before = parseFileId((await first.client.call.Assign({ count: 1_000 })).fid);
  await first.stop();
  // The volumes are gone with the server: only the master's own state can know their ids.
  const second = await RunningMaster.start({}, first.directory);
  await second.join();
  const after = parseFileId((await second.client.call.Assign({ count: 1 })).fid);
  expect(after.key).toBeGreaterThanOrEqual(before.key + 1_000n);
  expect(after.volumeId).toBeGreaterThan(before.volumeId);
  expect((await second.get('/dir/status')).json.TopologyId).toMatch(/^[0-9a-f-]{36}$/);
  await second.stopAndForget();
});

test('a directory that a process of another container has is refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-master-'));
  const held = holdDirectory(directory);
  await expect(RunningMaster.start({}, directory)).rejects.toThrow(`the directory ${directory} is in use`);
  held.release();
  await (await RunningMaster.start({}, directory)).stopAndForget();
});

test('keys go on above what servers report, but one absurd key does not use up the numbers', async () => {
  const master = await RunningMaster.start();
  const server = await master.join();
  server.maxFileKey = 5_000_000n;
  await server.beat();
  await master.until(async () => parseFileId((await master.client.call.Assign({ count: 1 })).fid).key > 5_000_000n);
  server.maxFileKey = 2n ** 64n - 1n;
  await server.beat();
  await master.until(async () =>
    (await master.service.metrics.render()).includes('keys_ignored_total{service="master"} 1'),
  );
  expect(parseFileId((await master.client.call.Assign({ count: 1 })).fid).key).toBeLessThan(2n ** 40n);
  await master.stopAndForget();
});

test('kill -9 in the middle of leasing: no key is ever given twice', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-master-'));
  const script = fileURLToPath(new URL('./support/leasing-process.ts', import.meta.url));
  let highest = 0n;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let text = '';
    for await (const piece of child.stdout) {
      text += String(piece);
      if (text.split('\n').length > 200) child.kill('SIGKILL');
    }
    await exited;
    // The last line may be torn.
    const ranges = text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').map(BigInt));
    expect(ranges.length).toBeGreaterThan(100);
    for (const [start = 0n, count = 0n] of ranges) {
      expect(start).toBeGreaterThan(highest);
      highest = start + count - 1n;
    }
  }
  rmSync(directory, { recursive: true, force: true });
});
