import type { Connection } from './connection.ts';
import { Latencies } from './latencies.ts';
import type { LoadOrder } from './load-message.ts';
import { BENCH_BUCKET, contentOf } from './object-workloads.ts';
import type { S3Calls } from './s3-calls.ts';
import { spread, type Workload } from './workload.ts';

const PART_BYTES = 8 * 1024 * 1024;
/** The smallest that a part may be which is not the last. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;
/** Uploads that wait to be completed, 5 MiB each. */
const WAITING_UPLOADS = 96;
/** So many of them are completed before the run: code that runs for the first time is slow, and the run is short. */
const WARM_UP_UPLOADS = 32;

/** Uploads objects in parts of 8 MiB, one after the other, and completes them. */
export class MultipartUploads implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation: number;
  readonly completeLatencies = new Latencies();
  readonly #s3: S3Calls;
  readonly #prefix: string;

  constructor(s3: S3Calls, order: LoadOrder) {
    this.#s3 = s3;
    this.bytesPerOperation = order.cell.sizeBytes;
    this.#prefix = `/${BENCH_BUCKET}/multipart/${order.runId}`;
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    const [first] = connections;
    if (first !== undefined) await this.#s3.createBucket(first, BENCH_BUCKET);
  }

  async operate(connection: Connection, client: number, sequence: number): Promise<boolean> {
    const path = `${this.#prefix}/${client}-${sequence}`;
    const uploadId = await this.#s3.createUpload(connection, path);
    const etags: string[] = [];
    for (let part = 1; part <= this.bytesPerOperation / PART_BYTES; part += 1)
      etags.push(await this.#s3.uploadPart(connection, path, uploadId, part, contentOf(PART_BYTES)));
    const startMs = performance.now();
    await this.#s3.completeUpload(connection, path, uploadId, etags);
    this.completeLatencies.add(performance.now() - startMs);
    return true;
  }
}

interface WaitingUpload {
  readonly path: string;
  readonly uploadId: string;
  readonly etags: readonly string[];
}

/** Completes uploads whose parts were written before; ends early when none is left. */
export class CompleteUploads implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation = 0;
  readonly #s3: S3Calls;
  readonly #prefix: string;
  readonly #parts: readonly Buffer[];
  readonly #waiting: WaitingUpload[] = [];

  constructor(s3: S3Calls, order: LoadOrder) {
    this.#s3 = s3;
    this.#prefix = `/${BENCH_BUCKET}/complete/${order.runId}`;
    this.#parts = [contentOf(SMALLEST_PART_BYTES), contentOf(order.cell.sizeBytes - SMALLEST_PART_BYTES)];
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    const [first] = connections;
    if (first !== undefined) await this.#s3.createBucket(first, BENCH_BUCKET);
    await spread(connections, WAITING_UPLOADS, async (connection, index) => {
      const path = `${this.#prefix}/${index}`;
      const uploadId = await this.#s3.createUpload(connection, path);
      const etags: string[] = [];
      for (const part of this.#parts)
        etags.push(await this.#s3.uploadPart(connection, path, uploadId, etags.length + 1, part));
      this.#waiting.push({ path, uploadId, etags });
    });
    await spread(connections, WARM_UP_UPLOADS, (connection) => this.operate(connection));
  }

  async operate(connection: Connection): Promise<boolean> {
    const upload = this.#waiting.pop();
    if (upload === undefined) return false;
    await this.#s3.completeUpload(connection, upload.path, upload.uploadId, upload.etags);
    return true;
  }
}
