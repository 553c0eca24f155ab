import { Worker } from 'node:worker_threads';
import { toDiskError } from './disk-error.ts';
import type { EcJob, EcJobOutcomes } from './ec-jobs.ts';

/** Runs a job in a thread of its own. An abort ends the thread. @throws VolumeError `no-space`, `io-error` */
export function runEcJob<Job extends EcJob>(job: Job, signal?: AbortSignal): Promise<EcJobOutcomes[Job['kind']]> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('./ec-worker.ts', import.meta.url), { workerData: job });
    const abort = (): void => {
      void worker.terminate();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (finish: () => void): void => {
      signal?.removeEventListener('abort', abort);
      finish();
    };
    worker.on('message', (outcome: EcJobOutcomes[Job['kind']]) => settle(() => resolve(outcome)));
    worker.on('error', (error) => settle(() => reject(toDiskError(`${job.kind} of shards failed`, error))));
    worker.on('exit', (code) =>
      settle(() => reject(new Error(`the thread of ${job.kind} ended with code ${code} before its job`))),
    );
  });
}
