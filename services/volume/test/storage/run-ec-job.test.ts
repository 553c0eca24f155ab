import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShardChecksumBuilder } from '@needlestack/erasure-coding';
import type { ChecksumJob } from '../../src/storage/shards/ec-jobs.ts';
import { runEcJob } from '../../src/storage/shards/run-ec-job.ts';
import { codeOf, tempDirectory } from '../support/test-volumes.ts';

const BLOCK_BYTES = 4096;

function jobOver(path: string): ChecksumJob {
  return { kind: 'checksum', blockBytes: BLOCK_BYTES, shards: [{ shardId: 3, path }] };
}

function checksumsOf(content: Buffer): readonly number[] {
  const builder = new ShardChecksumBuilder(BLOCK_BYTES);
  builder.add(content);
  return builder.finish(3).checksums;
}

test('each job gets its own answer: side by side, one after the other, behind one that failed and one that was broken off', async () => {
  const directory = tempDirectory();
  const contents = Array.from({ length: 5 }, (_, at) => Buffer.alloc(10_000 + at, `content ${at}`));
  const paths = contents.map((content, at) => {
    const path = join(directory, `${at}.ec03`);
    writeFileSync(path, content);
    return path;
  });
  const check = async (at: number): Promise<void> => {
    const [shard] = await runEcJob(jobOver(paths[at] ?? ''));
    expect(shard?.checksums).toEqual(checksumsOf(contents[at] ?? Buffer.alloc(0)));
  };
  await Promise.all(contents.map((_, at) => check(at)));
  await check(1);
  expect(await codeOf(runEcJob(jobOver(join(directory, 'missing'))))).toBe('io-error');
  await check(2);
  // A sparse file that takes longer to read than the abort to come.
  const large = join(directory, 'large');
  writeFileSync(large, '');
  truncateSync(large, 2 ** 34);
  const controller = new AbortController();
  const broken = runEcJob(jobOver(large), controller.signal);
  setImmediate(() => controller.abort(new Error('broken off')));
  await expect(broken).rejects.toThrow('broken off');
  await Promise.all([check(3), check(4)]);
});
