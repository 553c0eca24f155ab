/**
 * The delivery queue for many processes: BullMQ on Redis, one BullMQ queue a lane, one job an entry, job id = event id.
 *
 * - R1 A lane has one worker with concurrency 1, and one process owns a target (lease), so entries of a lane never overtake each other.
 * - R2 A job that was under way when its process died goes back to the head of its lane before the lane is worked on again.
 * - R3 When Redis may lose writes the queue says that it is not durable, and the outbox cursor waits for deliveries. Such a queue starts
 *   empty: all that is not delivered comes from the outbox again, in order.
 * - R4 Nothing is stored without the lease, also not later: the connection that writes keeps nothing back while Redis is away.
 */
import { type Job, Queue, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { LANES, QUEUE_RETRY_MS } from '../../core/limits.ts';
import { NotifyError } from '../../core/notify-error.ts';
import { PendingSeqs } from '../../core/pending-seqs.ts';
import type { Clock, DeliveryQueue } from '../../core/ports.ts';
import { laneOf, type QueueEntry } from '../../core/queue-entry.ts';
import { decodeRqp1, encodeRqp1, Rqp1Error } from '../rqp1-entry.ts';
import { disconnectRedis, REDIS_PREFIX, type RedisConnections } from './redis-connection.ts';
import type { RedisLease } from './redis-lease.ts';

export interface RedisQueueOptions {
  readonly connections: RedisConnections;
  readonly targetId: string;
  readonly entriesMax: number;
  /** Whether Redis keeps what it acknowledged. */
  readonly isDurable: boolean;
  readonly lease: RedisLease;
  readonly clock: Clock;
  readonly onError: (error: Error) => void;
}

/** An RQP1 entry in base64; the queue file format serves as the job format too. */
interface JobData {
  readonly rqp1: string;
}

type LaneQueue = Queue<JobData, void, 'event'>;

export async function openRedisQueue(options: RedisQueueOptions): Promise<DeliveryQueue> {
  const lanes = Array.from({ length: LANES }, (_, lane): LaneQueue => {
    const queue: LaneQueue = new Queue(laneName(options.targetId, lane), {
      connection: options.connections.writer,
      prefix: REDIS_PREFIX,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: false, attempts: 1 },
    });
    queue.on('error', options.onError);
    return queue;
  });
  for (const queue of lanes) {
    if (options.isDurable) await returnInterruptedJobs(queue);
    else await queue.obliterate({ force: true });
  }
  options.lease.lost.addEventListener('abort', () => options.connections.writer.disconnect(), { once: true });
  const queue = new RedisQueue(options, lanes);
  await queue.countAgain();
  return queue;
}

class RedisQueue implements DeliveryQueue {
  readonly isDurable: boolean;
  readonly #options: RedisQueueOptions;
  readonly #lanes: readonly LaneQueue[];
  readonly #pending = new PendingSeqs();
  #depth = 0;

  constructor(options: RedisQueueOptions, lanes: readonly LaneQueue[]) {
    this.isDurable = options.isDurable;
    this.#options = options;
    this.#lanes = lanes;
  }

  async append(entries: readonly QueueEntry[]): Promise<number> {
    const accepted = entries.slice(0, Math.max(0, this.#options.entriesMax - this.#depth));
    if (!(await this.#options.lease.isHeld())) throw new NotifyError('unavailable', 'the target has another owner');
    const byLane = Map.groupBy(accepted, laneOf);
    for (const entry of accepted) if (!this.isDurable) this.#pending.add(entry.eventId, entry.seq);
    await Promise.all([...byLane].map(([lane, laneEntries]) => this.#lanes[lane]?.addBulk(laneEntries.map(toJob))));
    await this.countAgain();
    return accepted.length;
  }

  async consume(lane: number, handle: (entry: QueueEntry) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { connections, targetId, lease, onError } = this.#options;
    const stop = AbortSignal.any([signal, lease.lost]);
    let handling: Promise<void> = Promise.resolve();
    const handleAlone = (entry: QueueEntry): Promise<void> => {
      handling = handle(entry);
      return handling;
    };
    const worker = new Worker<JobData, void, 'event'>(
      laneName(targetId, lane),
      (job, token) => this.#work(job, token, handleAlone, stop),
      {
        connection: connections.worker,
        prefix: REDIS_PREFIX,
        concurrency: 1,
        autorun: false,
        maxStalledCount: Number.MAX_SAFE_INTEGER,
      },
    );
    worker.on('error', onError);
    worker.run().catch(onError);
    await whenAborted(stop);
    // Without Redis, or without the right to it, there is nothing to hand back: a worker that is asked nicely would wait for ever.
    await worker.close(!this.#isConnected());
    await handling.catch(() => undefined);
  }

  depth(): number {
    return this.#depth;
  }

  /** Redis is not asked for every look at the state. */
  oldestQueuedAtMs(): undefined {
    return undefined;
  }

  lowestPendingSeq(): bigint | undefined {
    return this.#pending.lowest();
  }

  async close(): Promise<void> {
    const { lease, connections } = this.#options;
    if (this.#isConnected()) {
      await Promise.all(this.#lanes.map((lane) => lane.close()));
      await lease.release();
    } else lease.abandon();
    disconnectRedis(connections);
  }

  #isConnected(): boolean {
    return !this.#options.lease.lost.aborted && this.#options.connections.writer.status === 'ready';
  }

  async countAgain(): Promise<void> {
    const counts = await Promise.all(
      this.#lanes.map((lane) => lane.getJobCountByTypes('waiting', 'active', 'delayed')),
    );
    this.#depth = counts.reduce((sum, count) => sum + count, 0);
  }

  async #work(
    job: Job<JobData, void, 'event'>,
    token: string | undefined,
    handle: (entry: QueueEntry) => Promise<void>,
    stop: AbortSignal,
  ): Promise<void> {
    try {
      if (stop.aborted) throw new WaitingError();
      const { entry } = decodeRqp1(Buffer.from(job.data.rqp1, 'base64'));
      await handle(entry);
    } catch (error) {
      // A damaged job lies among BullMQ's failed ones then, and does not block its lane.
      if (error instanceof Rqp1Error) throw new UnrecoverableError(error.message);
      if (!stop.aborted) await this.#options.clock.sleep(QUEUE_RETRY_MS, stop);
      await job.moveToWait(token);
      throw new WaitingError();
    }
    this.#pending.delete(job.id ?? '');
    this.#depth = Math.max(0, this.#depth - 1);
  }
}

function toJob(entry: QueueEntry): { name: 'event'; data: JobData; opts: { jobId: string } } {
  return {
    name: 'event',
    data: { rqp1: encodeRqp1({ entry }).toString('base64') },
    opts: { jobId: entry.eventId },
  };
}

/** The owner of the target is new, so nobody works on what is marked as active. */
async function returnInterruptedJobs(queue: LaneQueue): Promise<void> {
  for (const job of await queue.getActive()) await job.moveToWait();
}

/** BullMQ allows no colon in the name of a queue. */
function laneName(targetId: string, lane: number): string {
  return `${targetId.replaceAll(':', '.')}.${lane}`;
}

function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
