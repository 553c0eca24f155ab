import type { Connection } from './connection.ts';
import { Latencies } from './latencies.ts';
import type { LoadOrder } from './load-message.ts';
import { BENCH_BUCKET } from './object-bucket.ts';
import { contentOf } from './object-workloads.ts';
import type { S3Calls } from './s3-calls.ts';
import { spread, type Workload } from './workload.ts';

const PART_BYTES = 8 * 1024 * 1024;
/** Uploads that wait to be completed. */
const WAITING_UPLOADS = 4_000;
/** So many more are completed before the run: code that runs for the first time is slow, and what waits is soon completed. */
const WARM_UP_UPLOADS = 2_000;

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

/** Completes uploads of one part that was written before; ends early when none is left. */
export class CompleteUploads implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation = 0;
  readonly #s3: S3Calls;
  readonly #prefix: string;
  readonly #part: Buffer;
  readonly #waiting: WaitingUpload[] = [];

  constructor(s3: S3Calls, order: LoadOrder) {
    this.#s3 = s3;
    this.#prefix = `/${BENCH_BUCKET}/complete/${order.runId}`;
    this.#part = contentOf(order.cell.sizeBytes);
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    const [first] = connections;
    if (first !== undefined) await this.#s3.createBucket(first, BENCH_BUCKET);
    await spread(connections, WAITING_UPLOADS + WARM_UP_UPLOADS, async (connection, index) => {
      const path = `${this.#prefix}/${index}`;
      const uploadId = await this.#s3.createUpload(connection, path);
      const etag = await this.#s3.uploadPart(connection, path, uploadId, 1, this.#part);
      this.#waiting.push({ path, uploadId, etags: [etag] });
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
