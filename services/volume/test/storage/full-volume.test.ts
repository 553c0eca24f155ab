import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIndexEntry, recordBytes, volumeBytesMax } from '@needlestack/needle-format';
import { LIMITS } from '../../src/core/limits.ts';
import { deleteNeedle } from '../../src/core/needles/delete-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import { codeOf, newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const put = (volume: Volume, id: number) => writeNeedle(volume, plainNeedle(BigInt(id), 7, Buffer.from('data'), 1));

function writeAt(path: string, bytes: Buffer, offsetBytes: number): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, bytes, 0, bytes.length, offsetBytes);
  closeSync(handle);
}

/** A volume of one needle at its start and one that ends there, with a hole between them. */
async function fillTo(path: string, endBytes: number): Promise<void> {
  const { registry } = await openRegistry(path);
  const volume = await registry.allocate(newVolume(1));
  await put(volume, 1);
  const { offsetBytes, sizeBytes } = volume.opened.index.get(1n) ?? { offsetBytes: 0, sizeBytes: 0 };
  await registry.close();
  const lengthBytes = recordBytes(sizeBytes, 3);
  const record = readFileSync(join(path, '1.dat')).subarray(offsetBytes, offsetBytes + lengthBytes);
  record.writeBigUInt64BE(2n, 4);
  const last = { id: 2n, offsetBytes: endBytes - lengthBytes, sizeBytes };
  writeAt(join(path, '1.dat'), record, last.offsetBytes);
  const idx = join(path, '1.idx');
  writeAt(idx, encodeIndexEntry(last, 4), readFileSync(idx).length);
}

test('a volume that takes no more needles can still delete those that it has', async () => {
  const path = tempDirectory();
  await fillTo(path, volumeBytesMax(4) - LIMITS.tombstoneRoomBytes);
  const { registry } = await openRegistry(path);
  const volume = registry.require(1);
  expect(volume.state).toBe('writable');
  expect(await codeOf(put(volume, 3))).toBe('no-space');
  expect(await codeOf(deleteNeedle(volume, 1n, { cookie: 7 }))).toBe('none');
  expect(volume.opened.index.get(1n)?.sizeBytes).toBeLessThan(0);
  await registry.close();
});
