/** A volume server that writes, overwrites and deletes as fast as it can, and says on stdout what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { startVolumeService } from '../../src/index.ts';

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
    writeSync(1, `w ${key}\n`);
    if (key % 5 !== 0) continue;
    await dataPlane.deleteNeedles([id]);
    writeSync(1, `d ${key}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, work));
