// `node services/volume/bench/open-volume.ts [needles]`: how long a volume of ten million needles takes to open, and what its index costs.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNeedle, encodeSuperblock, NO_REPLICAS, parseTtl, writeIndexRow } from '@needlestack/needle-format';
import { plainNeedle } from '../src/core/needles/write-needle.ts';
import { DiskVolumeStore } from '../src/storage/disk-volume-store.ts';
import { nodeFileSystem } from '../src/storage/files/file-system.ts';

const ROW_BYTES = 16;
const ROWS_AT_ONCE = 65_536;

const needles = Number(process.argv[2] ?? 10_000_000);
const path = mkdtempSync(join(tmpdir(), 'needlestack-open-'));

/** A volume whose records lie one behind the other; only the first and the last are written, the others are holes. */
function writeVolume(): void {
  const superblock = {
    version: 3 as const,
    replicaPlacement: NO_REPLICAS,
    ttl: parseTtl(''),
    compactionRevision: 0,
    extra: new Uint8Array(0),
  };
  const recordOf = (id: number) => encodeNeedle(plainNeedle(BigInt(id), 1, Buffer.from('needle'), 1), 3);
  const recordBytes = recordOf(1).length;
  const sizeBytes = recordOf(1).readInt32BE(12);
  const dat = openSync(join(path, '1.dat'), 'w');
  const offsetOf = (id: number): number => 8 + (id - 1) * recordBytes;
  writeSync(dat, encodeSuperblock(superblock), 0, 8, 0);
  for (const id of [1, needles]) writeSync(dat, recordOf(id), 0, recordBytes, offsetOf(id));
  ftruncateSync(dat, offsetOf(needles + 1));
  closeSync(dat);
  const idx = openSync(join(path, '1.idx'), 'w');
  const rows = Buffer.alloc(ROWS_AT_ONCE * ROW_BYTES);
  for (let id = 1; id <= needles; ) {
    let end = 0;
    for (; id <= needles && end < rows.length; id += 1) {
      end = writeIndexRow(rows, end, BigInt(id), offsetOf(id), sizeBytes, 4);
    }
    writeSync(idx, rows, 0, end);
  }
  closeSync(idx);
}

try {
  writeVolume();
  const events = {
    batchAppended: () => undefined,
    volumeTurnedReadOnly: () => undefined,
    tailRecovered: () => undefined,
    volumeRefused: (_: string, cause: Error) => process.stderr.write(`${cause.message}\n`),
    replicaFailed: () => undefined,
    needleDamaged: () => undefined,
    sectionsUnreadable: () => undefined,
    volumeScrubbed: () => undefined,
  };
  const startMs = performance.now();
  const store = await DiskVolumeStore.open({
    directories: [{ path, volumesMax: 1 }],
    files: nodeFileSystem,
    syncedWrites: true,
    offsetWidth: 4,
    events,
    nowMs: Date.now,
  });
  const [volume] = await store.openAll();
  const seconds = (performance.now() - startMs) / 1000;
  const index = volume?.index;
  const bytesEach = (index?.memoryBytes ?? 0) / Math.max(1, index?.count ?? 0);
  process.stdout.write(
    `${index?.count} needles: open in ${seconds.toFixed(1)} s, ${bytesEach.toFixed(1)} bytes of index each, ${volume?.damage ?? 'no damage'}\n`,
  );
  await volume?.log.close();
  await volume?.file.close();
  await store.close();
} finally {
  rmSync(path, { recursive: true, force: true });
}
