// Makes a process run as on a slow machine, to find tests that depend on speed:
//
//   NODE_OPTIONS=--import=$PWD/tools/jest/slow-machine.mjs npm test -- services/volume
//
// The main thread stands still for up to SLOW_STALL_MS (500) in between, half of the time, and a file is on stable storage SLOW_FSYNC_MS (50) later than
// here. It costs hardly any processor time. Processes that tests start run slowly as well. What LMDB writes is as fast as ever.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const fsyncMs = Number(process.env.SLOW_FSYNC_MS ?? 50);
const stallMs = Number(process.env.SLOW_STALL_MS ?? 500);

const never = new Int32Array(new SharedArrayBuffer(4));
const standStill = (ms) => Atomics.wait(never, 0, 0, ms);

for (const name of ['fsync', 'fdatasync']) {
  const [later, now] = [fs[name], fs[`${name}Sync`]];
  fs[name] = (fd, done) => void setTimeout(() => later(fd, done), fsyncMs);
  fs[`${name}Sync`] = (fd) => {
    standStill(fsyncMs);
    now(fd);
  };
}
const handle = await fs.promises.open(process.execPath);
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['sync', 'datasync']) {
  const real = prototype[name];
  prototype[name] = async function later() {
    await new Promise((resolve) => setTimeout(resolve, fsyncMs));
    return real.call(this);
  };
}
syncBuiltinESMExports();

const stallAgain = () => {
  const timer = setTimeout(() => {
    standStill(Math.random() * stallMs);
    stallAgain();
  }, Math.random() * stallMs);
  timer.unref();
};
if (isMainThread) stallAgain();
