import { Worker } from 'node:worker_threads';
import { toDiskError } from '../files/disk-error.ts';
import type { EcJob, EcJobOutcomes } from './ec-jobs.ts';

/** What a thread posts when a job has ended. Of an error only these two come across. */
export type EcAnswer =
  | { readonly outcome: unknown }
  | { readonly failure: { readonly message: string; readonly code: string } };

/** A thread takes longer to load than a small job: one that is done waits so long for the next, as long as there are no more of them. */
const IDLE_MS = 5_000;
const IDLE_MAX = 2;

/** With what ends each of them. */
const idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout }[] = [];

/** Runs a job in a thread that it has for itself. An abort ends the thread. @throws VolumeError `no-space`, `io-error` */
export function runEcJob<Job extends EcJob>(job: Job, signal?: AbortSignal): Promise<EcJobOutcomes[Job['kind']]> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = takeWorker();
    const failed = (cause: unknown): void => reject(toDiskError(`${job.kind} of shards failed`, cause));
    const onAbort = (): void => {
      settle();
      void worker.terminate();
      reject(signal?.reason);
    };
    const onMessage = (answer: EcAnswer): void => {
      settle();
      keepWorker(worker);
      if ('failure' in answer) {
        const { message, code } = answer.failure;
        failed(Object.assign(new Error(message), { code }));
      } else {
        // The worker answers a job with the outcome of its kind.
        resolve(answer.outcome as EcJobOutcomes[Job['kind']]);
      }
    };
    const onError = (error: unknown): void => {
      settle();
      failed(error);
    };
    const onExit = (code: number): void => {
      settle();
      reject(new Error(`the thread of ${job.kind} ended with code ${code} before its job`));
    };
    const settle = (): void => {
      signal?.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}

function takeWorker(): Worker {
  const kept = idle.pop();
  if (kept === undefined) return startWorker();
  clearTimeout(kept.timer);
  kept.worker.ref();
  return kept.worker;
}

function startWorker(): Worker {
  const worker = new Worker(new URL('./ec-worker.ts', import.meta.url));
  const forget = (): void => forgetWorker(worker);
  return worker.on('error', forget).on('exit', forget);
}

function forgetWorker(worker: Worker): void {
  const at = idle.findIndex((kept) => kept.worker === worker);
  const [kept] = at < 0 ? [] : idle.splice(at, 1);
  clearTimeout(kept?.timer);
}

/** One that waits keeps no process from ending. */
function keepWorker(worker: Worker): void {
  const end = (): void => {
    forgetWorker(worker);
    void worker.terminate();
  };
  if (idle.length >= IDLE_MAX) {
    end();
    return;
  }
  idle.push({ worker, timer: setTimeout(end, IDLE_MS).unref() });
  worker.unref();
}
