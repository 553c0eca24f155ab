import type { Connection } from './connection.ts';
import { type FileIdRange, leaseFileIds, writeFileId } from './file-id-range.ts';
import type { Endpoint, LoadOrder } from './load-message.ts';
import { contentOf } from './object-workloads.ts';
import type { Response } from './response-reader.ts';
import { scatter, spread, type Workload } from './workload.ts';

const READ_SET_COUNT = 4_096;
/** Ids leased at once by one client; a lease costs one call to the master. */
const LEASE_COUNT = 10_000;

const readSets = new Map<string, readonly string[]>();

/** Plain calls to a volume server. */
class NeedleCalls {
  readonly #host: string;

  constructor(endpoint: Endpoint) {
    this.#host = new URL(endpoint.volumeUrl ?? endpoint.s3Url).host;
  }

  async write(connection: Connection, fileId: string, data: Buffer): Promise<void> {
    const head = `PUT /${fileId} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${data.length}\r\n\r\n`;
    const response = await connection.send(head, data, 'count');
    if (response.status !== 201)
      throw new Error(`writing needle ${fileId} answered ${response.status}: ${response.head}`);
  }

  async read(connection: Connection, fileId: string): Promise<Response> {
    const response = await connection.send(
      `GET /${fileId} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`,
      undefined,
      'count',
    );
    if (response.status !== 200)
      throw new Error(`reading needle ${fileId} answered ${response.status}: ${response.head}`);
    return response;
  }
}

/** Writes needles straight at the volume server. */
export class WriteNeedles implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation: number;
  readonly #endpoint: Endpoint;
  readonly #calls: NeedleCalls;
  readonly #leases: FileIdRange[] = [];
  readonly #used: number[] = [];

  constructor(order: LoadOrder) {
    this.#endpoint = order.endpoint;
    this.#calls = new NeedleCalls(order.endpoint);
    this.bytesPerOperation = order.cell.sizeBytes;
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    for (const client of connections.keys()) await this.#lease(client);
  }

  async operate(connection: Connection, client: number): Promise<boolean> {
    await this.#calls.write(connection, await this.nextFileId(client), contentOf(this.bytesPerOperation));
    return true;
  }

  async nextFileId(client: number): Promise<string> {
    const used = this.#used[client] ?? 0;
    const lease = this.#leases[client];
    const range = lease === undefined || used >= lease.count ? await this.#lease(client) : lease;
    const index = this.#used[client] ?? 0;
    this.#used[client] = index + 1;
    return writeFileId(range, index);
  }

  async #lease(client: number): Promise<FileIdRange> {
    const range = await leaseFileIds(this.#endpoint, LEASE_COUNT);
    this.#leases[client] = range;
    this.#used[client] = 0;
    return range;
  }
}

/** Reads needles of a set that is written once for each server. */
export class ReadNeedles implements Workload {
  readonly unitsPerOperation = 1;
  readonly bytesPerOperation: number;
  readonly #order: LoadOrder;
  readonly #calls: NeedleCalls;
  #fileIds: readonly string[] = [];

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#calls = new NeedleCalls(order.endpoint);
    this.bytesPerOperation = order.cell.sizeBytes;
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    const { name } = this.#order.endpoint;
    this.#fileIds = readSets.get(name) ?? (await this.#writeSet(connections));
    readSets.set(name, this.#fileIds);
  }

  async operate(connection: Connection, client: number, sequence: number): Promise<boolean> {
    const fileId = this.#fileIds[scatter(client, sequence, this.#fileIds.length)] ?? '';
    const response = await this.#calls.read(connection, fileId);
    if (response.bodyBytes !== this.bytesPerOperation)
      throw new Error(`needle ${fileId} has ${response.bodyBytes} bytes`);
    return true;
  }

  async #writeSet(connections: readonly Connection[]): Promise<readonly string[]> {
    const source = new WriteNeedles(this.#order);
    const fileIds: string[] = [];
    for (let index = 0; index < READ_SET_COUNT; index += 1) fileIds.push(await source.nextFileId(0));
    await spread(connections, fileIds.length, (connection, index) =>
      this.#calls.write(connection, fileIds[index] ?? '', contentOf(this.bytesPerOperation)),
    );
    return fileIds;
  }
}
