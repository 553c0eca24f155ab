/** A thread that runs one job after the other, as they are posted to it. */
import { parentPort } from 'node:worker_threads';
import { checksumShards, compareShards } from './checksum-shards.ts';
import { decodeShards } from './decode-shards.ts';
import type { EcJob } from './ec-jobs.ts';
import { encodeShards } from './encode-shards.ts';
import { rebuildShards } from './rebuild-shards.ts';
import type { EcAnswer } from './run-ec-job.ts';

function run(job: EcJob): unknown {
  switch (job.kind) {
    case 'encode':
      return encodeShards(job);
    case 'rebuild':
      return rebuildShards(job);
    case 'checksum':
      return checksumShards(job);
    case 'compare':
      return compareShards(job);
    case 'decode':
      return decodeShards(job);
  }
}

async function answer(job: EcJob): Promise<EcAnswer> {
  try {
    return { outcome: await run(job) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    return { failure: { message, code } };
  }
}

parentPort?.on('message', async (job: EcJob) => parentPort?.postMessage(await answer(job)));
