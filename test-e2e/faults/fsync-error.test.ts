import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { findExecutable } from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { storeUnderTest } from '../support/store-under-test.ts';

const strace = findExecutable('strace');
const canTrace =
  strace !== undefined && spawnSync(strace, ['-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0;
const describeWithStrace = canTrace ? describe : describe.skip;

describeWithStrace(
  `a disk whose fsync fails${canTrace ? '' : ' [skipped: strace is not here or may not trace]'}`,
  () => {
    const store = storeUnderTest();
    const stored = new Map<string, Buffer>();

    async function put(s3: SimpleS3, key: string): Promise<number> {
      const body = randomBytes(10_000);
      const { status } = await s3.send('PUT', `/fsync-error/${key}`, '', body);
      if (status === 200) stored.set(key, body);
      return status;
    }

    async function expectAllStored(s3: SimpleS3): Promise<void> {
      for (const [key, body] of stored) {
        const answer = await s3.send('GET', `/fsync-error/${key}`);
        expect([key, answer.status, answer.body.equals(body)]).toEqual([key, 200, true]);
      }
    }

    test('is never answered with 200, and loses nothing that was acknowledged before or after', async () => {
      const s3 = new SimpleS3(store.url, store.credentials);
      expect((await s3.send('PUT', '/fsync-error')).status).toBe(200);
      expect(await put(s3, 'before')).toBe(200);
      const tracer = await failEverySync(store.process.pid);
      const statuses = [await put(s3, 'during-1'), await put(s3, 'during-2')];
      const ended = once(tracer, 'exit');
      tracer.kill('SIGINT');
      await ended;
      for (const status of statuses) expect(status).toBeGreaterThanOrEqual(500);
      await expectAllStored(s3);
      // Whether it takes writes again at once is its own affair; what it acknowledges counts.
      await put(s3, 'after');
      await store.process.end('SIGKILL');
      await store.restart();
      await expectAllStored(s3);
      expect(await put(s3, 'after-restart')).toBe(200);
      s3.close();
    });
  },
);

/** From when this resolves until the tracer ends, every sync of the process fails with EIO, also those that are part of a write (`O_DSYNC`). */
async function failEverySync(pid: number): Promise<ChildProcess> {
  const calls = 'fsync,fdatasync,msync,sync_file_range,pwrite64,pwritev,pwritev2';
  const tracer = spawn(strace ?? '', ['-f', '-o', '/dev/null', '-e', `inject=${calls}:error=EIO`, '-p', `${pid}`]);
  let said = '';
  while (!said.includes('attached')) {
    const [piece] = (await once(tracer.stderr, 'data')) as [Buffer];
    said += piece.toString();
  }
  return tracer;
}
