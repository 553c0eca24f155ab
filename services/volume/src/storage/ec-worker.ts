/** The thread that one job runs in. It ends with the job. */
import { parentPort, workerData } from 'node:worker_threads';
import { checksumShards, compareShards } from './checksum-shards.ts';
import { decodeShards } from './decode-shards.ts';
import type { EcJob } from './ec-jobs.ts';
import { encodeShards } from './encode-shards.ts';
import { rebuildShards } from './rebuild-shards.ts';

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

const job: EcJob = workerData;
parentPort?.postMessage(await run(job));
