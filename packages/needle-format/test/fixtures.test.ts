import { createHash } from 'node:crypto';
import {
  bufferSource,
  decodeIndex,
  decodeNeedle,
  decodeNeedleHeader,
  decodeSuperblock,
  decodeVolumeInfo,
  encodeIndexEntry,
  encodeNeedle,
  encodeSuperblock,
  encodeVolumeInfo,
  FormatError,
  recordBytes,
  type ScanEnd,
  type ScannedNeedle,
  scanNeedles,
  superblockBytes,
} from '../src/index.ts';
import {
  type FixtureVolume,
  healthyVolumes,
  listFixtures,
  readFixture,
  readManifestNeedles,
  testOnFixtures,
} from './fixture-volumes.ts';

async function scanAll(dat: Buffer, version: 1 | 2 | 3): Promise<{ found: ScannedNeedle[]; end: ScanEnd }> {
  const scan = scanNeedles(bufferSource(dat), { version, startBytes: superblockBytes(decodeSuperblock(dat)) });
  const found: ScannedNeedle[] = [];
  for (;;) {
    const step = await scan.next();
    if (step.done) return { found, end: step.value };
    found.push(step.value);
  }
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'none';
}

describe.each(healthyVolumes)('$name', (fixture: FixtureVolume) => {
  testOnFixtures(
    'writes the same bytes that it read: superblock, every record with its padding, every index row',
    async () => {
      const dat = readFixture(fixture.dat);
      const superblock = decodeSuperblock(dat);
      const { found, end } = await scanAll(dat, fixture.version);
      expect(end).toEqual({ offsetBytes: dat.length, reason: 'end' });
      const records = found.map(({ record }) => encodeNeedle(decodeNeedle(record, fixture.version), fixture.version));
      expect(Buffer.concat([encodeSuperblock(superblock), ...records]).equals(dat)).toBe(true);

      const idx = readFixture(fixture.idx);
      const rows = [...decodeIndex(idx, fixture.width)].map((entry) => encodeIndexEntry(entry, fixture.width));
      expect(rows.length).toBeGreaterThan(0);
      expect(Buffer.concat(rows).equals(idx)).toBe(true);
    },
  );

  testOnFixtures('index rows point at the records they name', async () => {
    const dat = readFixture(fixture.dat);
    for (const entry of decodeIndex(readFixture(fixture.idx), fixture.width)) {
      const header = decodeNeedleHeader(dat, entry.offsetBytes);
      expect({ id: header.id, size: header.sizeBytes }).toEqual({ id: entry.id, size: Math.max(entry.sizeBytes, 0) });
    }
  });

  testOnFixtures('needles hold what the manifest says', async () => {
    if (fixture.manifest === undefined) return;
    const dat = readFixture(fixture.dat);
    for (const { id, cookie, idx, record } of readManifestNeedles(fixture.manifest)) {
      if (idx === undefined || record === undefined || idx.offset === 0) continue;
      const bytes = dat.subarray(idx.offset, idx.offset + record.record_length);
      const needle = decodeNeedle(bytes, fixture.version);
      expect({
        id: String(needle.id),
        cookie: needle.cookie.toString(16).padStart(8, '0'),
        length: recordBytes(record.size, fixture.version),
        stored: createHash('sha256').update(needle.data).digest('hex'),
        name: needle.name === undefined ? undefined : Buffer.from(needle.name).toString(),
        lastModified: needle.lastModifiedSeconds,
        ttl: needle.ttl,
        appendAtNs: String(needle.appendAtNs),
        padding: encodeNeedle(needle, fixture.version)
          .subarray(-record.padding.length / 2)
          .toString('hex'),
      }).toEqual({
        id,
        cookie,
        length: record.record_length,
        stored: record.stored_sha256,
        name: record.name,
        lastModified: record.last_modified ?? 0,
        ttl: record.ttl === undefined ? undefined : { count: record.ttl[0], unit: record.ttl[1] },
        appendAtNs: record.append_at_ns ?? '0',
        padding: record.padding,
      });
    }
  });
});

testOnFixtures('volume info files are written as they were read', async () => {
  for (const path of [
    'plain/1',
    'ttl/2',
    'ec/ec_5',
    'wide-offsets/31',
    'wide-offsets/ec5_32',
    'damaged/vif-readonly/20',
  ]) {
    const text = readFixture(`${path}.vif`).toString();
    expect(encodeVolumeInfo(decodeVolumeInfo(text))).toBe(text);
  }
});

testOnFixtures('volumes of the upstream tree are walked to their end', async () => {
  const healthy = await scanAll(readFixture('upstream/healthy_volume.dat'), 3);
  expect(healthy.end.reason).toBe('end');
  expect(healthy.found.every(({ intact }) => intact)).toBe(true);
  const bitrot = await scanAll(readFixture('upstream/bitrot_volume.dat'), 3);
  expect({ reason: bitrot.end.reason, count: bitrot.found.length }).toEqual({
    reason: 'torn-header',
    count: healthy.found.length,
  });
});

describe('damaged', () => {
  /** Where each mutation hits, and the code of reading the whole record there. */
  const damagedRecords = [
    { set: 'flipped-data-byte', id: 5n, code: 'bad-checksum' },
    { set: 'flipped-crc', id: 5n, code: 'bad-checksum' },
    { set: 'flipped-flags', id: 2n, code: 'bad-sections' },
    { set: 'flipped-size', id: 7n, code: 'bad-checksum' },
    { set: 'flipped-last-crc', id: 12n, code: 'bad-checksum' },
    { set: 'torn-tail', id: 12n, code: 'truncated' },
    { set: 'torn-tail-2', id: 12n, code: 'truncated' },
    { set: 'masked-crc', id: 5n, code: 'none' },
    { set: 'healthy', id: 5n, code: 'none' },
  ];
  for (const { set, id, code } of damagedRecords) {
    testOnFixtures(`${set}: reading needle ${id} gives ${code}`, async () => {
      const dat = readFixture(`damaged/${set}/20.dat`);
      const entry = [...decodeIndex(readFixture('damaged/healthy/20.idx'), 4)].find((row) => row.id === id);
      const start = entry?.offsetBytes ?? dat.length;
      const record = dat.subarray(start, start + recordBytes(entry?.sizeBytes ?? 0, 3));
      expect(codeOf(() => decodeNeedle(record, 3))).toBe(code);
    });
  }

  const scans = [
    { set: 'torn-tail', reason: 'torn-record' },
    { set: 'torn-tail-2', reason: 'torn-header' },
    { set: 'unindexed-zero-tail', reason: 'torn-record' },
    { set: 'unindexed-partial-tail', reason: 'torn-record' },
    { set: 'unindexed-full-tail', reason: 'end' },
    { set: 'flipped-data-byte', reason: 'end' },
    { set: 'dat-superblock-only', reason: 'end' },
  ];
  for (const { set, reason } of scans) {
    testOnFixtures(`${set}: a scan stops with ${reason}`, async () => {
      const { found, end } = await scanAll(readFixture(`damaged/${set}/20.dat`), 3);
      expect(end.reason).toBe(reason);
      expect(found.filter(({ intact }) => !intact).map(({ header }) => header.id)).toEqual(
        set === 'flipped-data-byte' ? [5n] : [],
      );
    });
  }

  testOnFixtures('superblocks, indexes and volume infos are refused by code', async () => {
    expect(codeOf(() => decodeSuperblock(readFixture('damaged/superblock-version-9/20.dat')))).toBe('bad-version');
    expect(codeOf(() => decodeSuperblock(readFixture('damaged/dat-empty/20.dat')))).toBe('truncated');
    expect(codeOf(() => [...decodeIndex(readFixture('damaged/idx-truncated/20.idx'), 4)])).toBe('truncated');
    expect(codeOf(() => [...decodeIndex(readFixture('upstream/simple_index_bitrot.idx'), 4)])).toBe('truncated');
    expect(codeOf(() => decodeVolumeInfo(readFixture('damaged/vif-garbage/20.vif').toString()))).toBe(
      'bad-volume-info',
    );
    expect(codeOf(() => decodeVolumeInfo(readFixture('damaged/vif-empty/20.vif').toString()))).toBe('bad-volume-info');
  });

  testOnFixtures('no variant makes a scan fail with anything but its reason', async () => {
    for (const set of listFixtures('damaged')) {
      if (!listFixtures(`damaged/${set}`).includes('20.dat')) continue;
      const dat = readFixture(`damaged/${set}/20.dat`);
      if (codeOf(() => decodeSuperblock(dat)) !== 'none') continue;
      const { end } = await scanAll(dat, 3);
      expect(end.offsetBytes).toBeLessThanOrEqual(dat.length);
    }
  });
});
