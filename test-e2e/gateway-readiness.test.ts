import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  freePorts,
  type NeedlestackProcess,
  startNeedlestackProcess,
  TEST_CREDENTIALS,
} from '@needlestack/test-servers';

const POLL_MS = 50;

let directory: string;
const processes: NeedlestackProcess[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-readiness-'));
});
afterAll(async () => {
  for (const process of processes.reverse()) await process.end('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

test('a gateway is ready while its catalog answers, and says that it does not', async () => {
  const ports = await freePorts();
  const start = async (verb: string, port: number, healthPath: string): Promise<NeedlestackProcess> => {
    const process = await startNeedlestackProcess({
      verb,
      flags: [
        `-port=${port}`,
        `-dir=${join(directory, verb)}`,
        ...(verb === 'gateway' ? [`-catalog=127.0.0.1:${ports.catalog}`, '-sse.default=none'] : []),
      ],
      credentials: TEST_CREDENTIALS,
      environment: {},
      readyUrl: `http://127.0.0.1:${port}${healthPath}`,
    });
    processes.push(process);
    return process;
  };
  const readinessOnceItIs = async (status: number, reason: RegExp): Promise<void> => {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${ports.s3}/-/readyz`);
      const text = await response.text();
      if (response.status === status && reason.test(text)) return;
      await delay(POLL_MS);
    }
  };
  await start('gateway', ports.s3, '/-/healthz');
  await readinessOnceItIs(503, /"store: catalog: (?!not asked)/);
  const catalog = await start('catalog', ports.catalog, '/readyz');
  await readinessOnceItIs(200, /"reasons":\[\]/);
  await catalog.end('SIGTERM');
  await readinessOnceItIs(503, /"store: catalog: /);
});
