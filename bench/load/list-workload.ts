import type { Connection } from './connection.ts';
import type { LoadOrder } from './load-message.ts';
import type { S3Calls } from './s3-calls.ts';
import { scatter, spread, type Workload } from './workload.ts';

const LIST_BUCKET = 'bench-list';
const KEYS_PER_PAGE = 1_000;
/** Keys of a page are counted once in so many pages. */
const COUNT_EVERY = 16;
const KEY_DIGITS = 8;

const listSets = new Set<string>();

/** Reads pages of 1,000 keys, each from another place of one large bucket. */
export class ListObjects implements Workload {
  readonly unitsPerOperation = KEYS_PER_PAGE;
  readonly bytesPerOperation = 0;
  readonly #s3: S3Calls;
  readonly #endpointName: string;
  readonly #keys: number;

  constructor(s3: S3Calls, order: LoadOrder) {
    this.#s3 = s3;
    this.#endpointName = order.endpoint.name;
    this.#keys = order.listKeys;
  }

  async prepare(connections: readonly Connection[]): Promise<void> {
    const [first] = connections;
    if (listSets.has(this.#endpointName) || first === undefined) return;
    await this.#s3.createBucket(first, LIST_BUCKET);
    const empty = Buffer.alloc(0);
    await spread(connections, this.#keys, (connection, index) =>
      this.#s3.putObject(connection, `/${LIST_BUCKET}/${keyOf(index)}`, empty),
    );
    listSets.add(this.#endpointName);
  }

  async operate(connection: Connection, client: number, sequence: number): Promise<boolean> {
    const start = keyOf(scatter(client, sequence, Math.max(1, this.#keys - KEYS_PER_PAGE)));
    const counts = sequence % COUNT_EVERY === 0;
    const page = await this.#s3.listObjects(connection, LIST_BUCKET, start, KEYS_PER_PAGE, counts ? 'keep' : 'count');
    if (!counts) return true;
    const found = page.body?.toString().split('<Key>').length ?? 0;
    if (found - 1 !== KEYS_PER_PAGE) throw new Error(`the page after ${start} has ${found - 1} keys`);
    return true;
  }
}

function keyOf(index: number): string {
  return `key-${String(index).padStart(KEY_DIGITS, '0')}`;
}
