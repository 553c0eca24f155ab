import { randomFillSync } from 'node:crypto';
import type { Connection } from './connection.ts';
import type { LoadOrder } from './load-message.ts';
import type { ObjectBucket } from './object-bucket.ts';
import type { S3Calls } from './s3-calls.ts';
import { scatter, spread, type Workload } from './workload.ts';

/** Objects to read from: as many as make this much data, within the bounds. */
const READ_SET_BYTES = 256 * 1024 * 1024;
const READ_SET_MAX = 4_096;
const READ_SET_MIN = 16;
/** Whole contents are compared once in so many reads; sizes always are. */
const COMPARE_EVERY = 64;
/** Up to this size each upload has bytes of its own. */
const UNIQUE_BODY_MAX_BYTES = 64 * 1024;
/** Objects to delete are written for this much longer than the deletes will take. */
const DELETE_SET_FACTOR = 1.5;
/** Objects that each client writes again and again. */
const OVERWRITTEN_KEYS = 64;

const contents = new Map<number, Buffer>();

/** Random bytes, the same for all objects of one size. */
export function contentOf(sizeBytes: number): Buffer {
  let content = contents.get(sizeBytes);
  if (content === undefined) {
    content = randomFillSync(Buffer.allocUnsafe(sizeBytes));
    contents.set(sizeBytes, content);
  }
  return content;
}

/** Writes objects: new ones, none twice, or a few again and again. */
export class PutObjects implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation: number;
  readonly #s3: S3Calls;
  readonly #prefix: string;
  readonly #keysPerClient: number;
  readonly #clients: number;
  readonly #bodies: Buffer[] = [];

  constructor({ s3, name }: ObjectBucket, order: LoadOrder) {
    this.#s3 = s3;
    this.bytesPerOperation = order.cell.sizeBytes;
    this.#prefix = `/${name}/put/${order.runId}`;
    this.#clients = order.cell.clients;
    this.#keysPerClient = order.cell.workload === 'overwrite-object' ? OVERWRITTEN_KEYS : Number.POSITIVE_INFINITY;
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    for (let client = 0; client < Math.max(this.#clients, connections.length); client += 1) {
      const content = contentOf(this.bytesPerOperation);
      this.#bodies.push(content.length <= UNIQUE_BODY_MAX_BYTES ? Buffer.from(content) : content);
    }
  }

  async operate(connection: Connection, client: number, sequence: number): Promise<boolean> {
    const body = this.#bodies[client] ?? contentOf(this.bytesPerOperation);
    if (body.length >= 8 && body.length <= UNIQUE_BODY_MAX_BYTES) body.writeUInt32LE(sequence, 4);
    await this.#s3.putObject(connection, this.pathOf(client, sequence), body);
    return true;
  }

  pathOf(client: number, sequence: number): string {
    return `${this.#prefix}/${client}-${sequence % this.#keysPerClient}`;
  }
}

const readSets = new Set<string>();

/** Reads objects of a set that is written once for each server and size. */
export class ReadObjects implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation: number;
  readonly #bucket: ObjectBucket;
  readonly #method: 'GET' | 'HEAD';
  readonly #endpointName: string;
  readonly #sizeBytes: number;
  readonly #count: number;

  constructor(bucket: ObjectBucket, order: LoadOrder, method: 'GET' | 'HEAD') {
    this.#bucket = bucket;
    this.#method = method;
    this.#endpointName = order.endpoint.name;
    this.#sizeBytes = order.cell.sizeBytes;
    this.bytesPerOperation = method === 'GET' ? order.cell.sizeBytes : 0;
    this.#count = Math.min(READ_SET_MAX, Math.max(READ_SET_MIN, Math.floor(READ_SET_BYTES / this.#sizeBytes)));
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    const { name: bucketName, s3 } = this.#bucket;
    const name = `${this.#endpointName} ${bucketName} ${this.#sizeBytes}`;
    if (readSets.has(name)) return;
    const content = contentOf(this.#sizeBytes);
    await spread(connections, this.#count, (connection, index) =>
      s3.putObject(connection, this.#pathOf(index), content),
    );
    readSets.add(name);
  }

  async operate(connection: Connection, client: number, sequence: number): Promise<boolean> {
    const path = this.#pathOf(scatter(client, sequence, this.#count));
    if (this.#method === 'HEAD') {
      await this.#bucket.s3.headObject(connection, path);
      return true;
    }
    const compares = sequence % COMPARE_EVERY === 0;
    const response = await this.#bucket.s3.getObject(connection, path, compares ? 'keep' : 'count');
    if (response.bodyBytes !== this.#sizeBytes) throw new Error(`${path} has ${response.bodyBytes} bytes`);
    if (compares && response.body?.equals(contentOf(this.#sizeBytes)) !== true)
      throw new Error(`${path} has wrong bytes`);
    return true;
  }

  #pathOf(index: number): string {
    return `/${this.#bucket.name}/read/${this.#sizeBytes}/${index}`;
  }
}

/** Writes and reads by turns. */
export class MixedObjects implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation: number;
  readonly #puts: PutObjects;
  readonly #gets: ReadObjects;

  constructor(bucket: ObjectBucket, order: LoadOrder) {
    this.bytesPerOperation = order.cell.sizeBytes;
    this.#puts = new PutObjects(bucket, order);
    this.#gets = new ReadObjects(bucket, order, 'GET');
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    await this.#puts.prepare(connections);
    await this.#gets.prepare(connections);
  }

  operate(connection: Connection, client: number, sequence: number): Promise<boolean> {
    const workload = sequence % 2 === 0 ? this.#puts : this.#gets;
    return workload.operate(connection, client, sequence >> 1);
  }
}

/** Deletes objects that were written just before; ends early when none is left. */
export class DeleteObjects implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation = 0;
  readonly #s3: S3Calls;
  readonly #puts: PutObjects;
  readonly #prepareMs: number;
  readonly #paths: string[] = [];

  constructor(bucket: ObjectBucket, order: LoadOrder) {
    this.#s3 = bucket.s3;
    this.#puts = new PutObjects(bucket, order);
    this.#prepareMs = order.seconds * 1_000 * DELETE_SET_FACTOR;
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    await this.#puts.prepare(connections);
    const endMs = performance.now() + this.#prepareMs;
    await Promise.all(
      connections.map(async (connection, client) => {
        for (let sequence = 0; performance.now() < endMs; sequence += 1) {
          await this.#puts.operate(connection, client, sequence);
          this.#paths.push(this.#puts.pathOf(client, sequence));
        }
      }),
    );
  }

  async operate(connection: Connection): Promise<boolean> {
    const path = this.#paths.pop();
    if (path === undefined) return false;
    await this.#s3.deleteObject(connection, path);
    return true;
  }
}
