/**
 * Reads random needles of 1 KiB from a volume of 10 GiB after a restart, and counts the calls to the file: one each. The volume is sparse: all rows of
 * its index are there, records only for the needles that are read.
 * Run: node services/volume/bench/random-reads.ts [GiB] [reads] [directory]
 */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNeedle, encodeSuperblock, NO_REPLICAS, parseTtl, writeIndexRow } from '@needlestack/needle-format';
import { plainNeedle } from '../src/core/needles/write-needle.ts';
import { startVolumeService } from '../src/index.ts';
import { type FileSystem, nodeFileSystem } from '../src/storage/files/file-system.ts';

const GIB = 2 ** 30;
const NEEDLE_BYTES = 1024;
const CALLERS = 16;
const ROW_BYTES = 16;
const ROWS_AT_ONCE = 65_536;
const gib = Number(process.argv[2] ?? 10);
const reads = Number(process.argv[3] ?? 20_000);
const path = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'needlestack-random-'));
const data = Buffer.alloc(NEEDLE_BYTES, 'r');
const recordOf = (id: number) => encodeNeedle(plainNeedle(BigInt(id), 1, data, 1), 3);
const recordBytes = recordOf(1).length;
const needles = Math.floor((gib * GIB) / recordBytes);
const offsetOf = (id: number): number => 8 + (id - 1) * recordBytes;
/** A prime step walks over all of the file. */
const ids = Array.from({ length: reads }, (_, n) => ((n * 7_368_787) % needles) + 1);

function writeVolume(): void {
  const superblock = {
    version: 3 as const,
    replicaPlacement: NO_REPLICAS,
    ttl: parseTtl(''),
    compactionRevision: 0,
    extra: new Uint8Array(0),
  };
  const sizeBytes = recordOf(1).readInt32BE(12);
  const dat = openSync(join(path, '1.dat'), 'w');
  writeSync(dat, encodeSuperblock(superblock), 0, 8, 0);
  for (const id of [1, ...ids, needles]) writeSync(dat, recordOf(id), 0, recordBytes, offsetOf(id));
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

let calls = 0;
const counted: FileSystem = {
  ...nodeFileSystem,
  read: (handle, target, lengthBytes, position, done) => {
    calls += 1;
    nodeFileSystem.read(handle, target, lengthBytes, position, done);
  },
  readNow: (handle, target, lengthBytes, position) => {
    calls += 1;
    return nodeFileSystem.readNow(handle, target, lengthBytes, position);
  },
};

try {
  writeVolume();
  const startMs = performance.now();
  const service = await startVolumeService({
    directories: [{ path, volumesMax: 8 }],
    files: counted,
    scrubBytesPerSecond: 0,
  });
  const openedMs = performance.now();
  calls = 0;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < ids.length) {
      const needleKey = BigInt(ids[next++] ?? 1);
      const needle = await service.dataPlane.readNeedle({ volumeId: 1, needleKey, cookie: 1 });
      if (needle.length !== NEEDLE_BYTES) throw new Error(`needle ${needleKey} has ${needle.length} bytes`);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const seconds = (performance.now() - openedMs) / 1000;
  console.log(
    `${needles} needles of 1 KiB, ${gib} GiB: open in ${((openedMs - startMs) / 1000).toFixed(1)} s; ` +
      `${reads} random reads by ${CALLERS}: ${calls} calls to the file, ${Math.round(reads / seconds)} reads a second`,
  );
  process.exitCode = calls === reads ? 0 : 1;
  await service.close(0);
} finally {
  rmSync(path, { recursive: true, force: true });
}
