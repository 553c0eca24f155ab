// A process that waits for a signal; its argument says how its start or its close behaves.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createSilentLogger, runUntilSignal, watchStartSignals } from '../../src/index.ts';

const STDOUT = 1;
const mode = process.argv[2];
const keepAlive = setInterval(() => {}, 1_000);

const close = async (): Promise<void> => {
  writeSync(STDOUT, 'draining\n');
  if (mode === 'hangs') await new Promise(() => {});
  if (mode === 'fails') throw new Error('stuck');
  await new Promise((resolve) => setImmediate(resolve));
  writeSync(STDOUT, 'drained\n');
};

const startSignals = watchStartSignals();
if (mode === 'starts' || mode === 'never-starts') {
  const signalled = once(process, 'SIGTERM');
  writeSync(STDOUT, 'ready\n');
  await signalled;
  if (mode === 'never-starts') await new Promise(() => {});
  writeSync(STDOUT, 'started\n');
}
const stopped = runUntilSignal({ logger: createSilentLogger(), graceMs: 10_000, close, startSignals });
if (mode !== 'starts') writeSync(STDOUT, 'ready\n');
const status = await stopped;
clearInterval(keepAlive);
process.exit(status);
