import { Connection } from './connection.ts';
import { Latencies } from './latencies.ts';
import { ListObjects } from './list-workload.ts';
import type { LatencySummary, LoadAnswer, LoadOrder, LoadResult } from './load-message.ts';
import { CompleteUploads, MultipartUploads } from './multipart-workload.ts';
import { ReadNeedles, WriteNeedles } from './needle-workloads.ts';
import { openBucket } from './object-bucket.ts';
import { DeleteObjects, MixedObjects, PutObjects, ReadObjects } from './object-workloads.ts';
import { S3Calls } from './s3-calls.ts';
import type { Workload } from './workload.ts';

/** Objects are prepared by this many connections, whatever the cell's own number. */
const PREPARING_CONNECTIONS = 64;
/** What idle connections asked for once. */
const IDLE_BUCKET = 'bench-idle';

interface Prepared {
  readonly order: LoadOrder;
  readonly workload: Workload;
  readonly connections: readonly Connection[];
  /** Open, and silent for the whole run. */
  readonly idle: readonly Connection[];
}

let prepared: Prepared | undefined;

/** Carries out one order of the parent process. */
export async function runOrder(order: LoadOrder): Promise<LoadAnswer> {
  if (order.step === 'prepare') {
    prepared = await prepare(order);
    return { kind: 'prepared' };
  }
  if (prepared?.order.runId !== order.runId) throw new Error(`run ${order.runId} was not prepared`);
  const result = await runWorkload(prepared);
  const lost = prepared.idle.filter((connection) => !connection.isOpen).length;
  for (const connection of [...prepared.connections, ...prepared.idle]) connection.close();
  if (lost > 0) throw new Error(`the server closed ${lost} of ${prepared.idle.length} idle connections`);
  prepared = undefined;
  return { kind: 'result', result };
}

async function prepare(order: LoadOrder): Promise<Prepared> {
  const { cell, endpoint } = order;
  const isNeedle = cell.workload === 'write-needle' || cell.workload === 'read-needle';
  const url = new URL(isNeedle ? (endpoint.volumeUrl ?? endpoint.s3Url) : endpoint.s3Url);
  const [first, ...others] = Array.from({ length: PREPARING_CONNECTIONS }, () => new Connection(url));
  if (first === undefined) throw new TypeError('nothing to prepare with');
  const workload = await createWorkload(order, first);
  const preparing = [first, ...others];
  await workload.prepare(preparing);
  for (const connection of preparing) connection.close();
  const connections = Array.from({ length: cell.clients }, () => new Connection(url));
  return { order, workload, connections, idle: await openIdle(order, url) };
}

async function openIdle({ endpoint, cell }: LoadOrder, url: URL): Promise<Connection[]> {
  const idle = Array.from({ length: cell.idleConnections ?? 0 }, () => new Connection(url));
  const s3 = new S3Calls(endpoint);
  for (const connection of idle) await s3.createBucket(connection, IDLE_BUCKET);
  return idle;
}

async function createWorkload(order: LoadOrder, connection: Connection): Promise<Workload> {
  const s3 = new S3Calls(order.endpoint);
  switch (order.cell.workload) {
    case 'put-object':
    case 'overwrite-object':
      return new PutObjects(await openBucket(order, connection), order);
    case 'get-object':
      return new ReadObjects(await openBucket(order, connection), order, 'GET');
    case 'head-object':
      return new ReadObjects(await openBucket(order, connection), order, 'HEAD');
    case 'delete-object':
      return new DeleteObjects(await openBucket(order, connection), order);
    case 'mixed-objects':
      return new MixedObjects(await openBucket(order, connection), order);
    case 'list-objects':
      return new ListObjects(s3, order);
    case 'multipart-upload':
      return new MultipartUploads(s3, order);
    case 'complete-upload':
      return new CompleteUploads(s3, order);
    case 'write-needle':
      return new WriteNeedles(order);
    case 'read-needle':
      return new ReadNeedles(order);
  }
}

async function runWorkload({ order, workload, connections }: Prepared): Promise<LoadResult> {
  const latencies = new Latencies();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const endMs = startMs + order.seconds * 1_000;
  await Promise.all(
    connections.map(async (connection, client) => {
      let beginMs = performance.now();
      for (let sequence = 0; beginMs < endMs; sequence += 1) {
        if (!(await workload.operate(connection, client, sequence))) return;
        const nowMs = performance.now();
        latencies.add(nowMs - beginMs);
        beginMs = nowMs;
      }
    }),
  );
  const elapsedSeconds = (performance.now() - startMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    elapsedSeconds,
    operations: latencies.count,
    units: latencies.count * workload.unitsPerOperation,
    bytes: latencies.count * workload.bytesPerOperation,
    latency: summarize(latencies),
    ...(workload.completeLatencies === undefined ? {} : { completeLatency: summarize(workload.completeLatencies) }),
    loadCpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
}

function summarize(latencies: Latencies): LatencySummary {
  return { count: latencies.count, p50Ms: latencies.percentile(0.5), p99Ms: latencies.percentile(0.99) };
}
