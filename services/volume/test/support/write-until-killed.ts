/** A volume server that writes, overwrites and deletes as fast as it can, and says on stdout what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { startVolumeService } from '../../src/index.ts';

const PIPE_FULL_PAUSE_MS = 1;
const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Returns when the line is in the pipe: what is buffered here would die with the process. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error;
      Atomics.wait(neverNotified, 0, 0, PIPE_FULL_PAUSE_MS);
    }
  }
}

const [, , path = '', firstKey = '1'] = process.argv;
const { dataPlane } = await startVolumeService({ directories: [{ path, volumesMax: 8 }] });
let next = Number(firstKey);

async function work(): Promise<void> {
  for (;;) {
    const key = next;
    next += 1;
    const id = { volumeId: 1, needleKey: BigInt(key), cookie: 5 };
    const data = Buffer.alloc(1 + (key % 9000), key);
    await dataPlane.writeNeedle({ ...id, data, lastModifiedSeconds: 1 });
    say(`w ${key}\n`);
    if (key % 5 !== 0) continue;
    await dataPlane.deleteNeedles([id]);
    say(`d ${key}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, work));
