/**
 * How fast a backlog drains, and how long a fresh event takes to its first attempt. Goals: ≥ 1,000 events/s for one target, p99 of
 * commit to attempt ≤ 250 ms. The receiver shares the process, so the figures are a lower bound.
 * Run: `node services/notify/bench/drain-backlog.ts [events] [redis-url]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { readNotifyConfig } from '../src/config.ts';
import { startNotifyService } from '../src/wiring.ts';
import { MemoryOutbox } from '../test/support/memory-outbox.ts';

const EVENTS = Number(process.argv[2] ?? 5_000);
const REDIS_URL = process.argv[3] ?? '';
const FRESH_EVENTS = 200;

async function measure(place: string, environment: Record<string, string>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-bench-'));
  const outbox = new MemoryOutbox();
  const committedAt = new Map<string, number>();
  const latenciesMs: number[] = [];
  let received = 0;
  const sink = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST') received += 1;
      if (committedAt.size > 0 && request.method === 'POST') {
        const { Key } = JSON.parse(Buffer.concat(chunks).toString());
        latenciesMs.push(performance.now() - (committedAt.get(Key) ?? 0));
      }
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const address = sink.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  outbox.putRules('b', [{}]);
  for (let index = 0; index < EVENTS; index += 1) outbox.putObject('b', `backlog-${index % 500}`);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const startedAt = performance.now();
  const service = await startNotifyService({
    outbox,
    dataDirectory: directory,
    region: 'us-east-1',
    config: readNotifyConfig({
      NEEDLESTACK_NOTIFY_WEBHOOK_ENABLE_1: 'on',
      NEEDLESTACK_NOTIFY_WEBHOOK_ENDPOINT_1: `http://127.0.0.1:${port}/`,
      ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, value.replace('DIR', directory)])),
    }),
  });
  while (received < EVENTS) await delay(1);
  const drainedPerSecond = Math.round(EVENTS / ((performance.now() - startedAt) / 1_000));
  for (let index = 0; index < FRESH_EVENTS; index += 1) {
    committedAt.set(`b/fresh-${index}`, performance.now());
    outbox.putObject('b', `fresh-${index}`);
    await delay(2);
  }
  while (received < EVENTS + FRESH_EVENTS) await delay(1);
  latenciesMs.sort((a, b) => a - b);
  const p99Ms = Number((latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0).toFixed(1));
  const loopP99Ms = Number((loop.percentile(99) / 1e6).toFixed(1));
  const residentMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(
    JSON.stringify({ place, events: EVENTS, drainedPerSecond, commitToAttemptP99Ms: p99Ms, loopP99Ms, residentMiB }),
  );
  await service.close();
  sink.closeAllConnections();
  sink.close();
  rmSync(directory, { recursive: true, force: true });
}

await measure('outbox', {});
await measure('files', { NEEDLESTACK_NOTIFY_WEBHOOK_QUEUE_DIR_1: 'DIR/queues' });
if (REDIS_URL !== '') await measure('redis', { NEEDLESTACK_NOTIFY_QUEUE_REDIS_URL: REDIS_URL });
