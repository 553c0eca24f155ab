// A process that waits for a signal; its argument says how its close behaves.
import { writeSync } from 'node:fs';
import { createSilentLogger, runUntilSignal } from '../../src/index.ts';

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

const stopped = runUntilSignal({ logger: createSilentLogger(), graceMs: 10_000, close });
writeSync(STDOUT, 'ready\n');
const status = await stopped;
clearInterval(keepAlive);
process.exit(status);
