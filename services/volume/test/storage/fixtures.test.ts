import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { hasFlag, NEEDLE_FLAG } from '@needlestack/needle-format';
import { readNeedle } from '../../src/core/needles/read-needle.ts';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import type { VolumeRegistry } from '../../src/core/volume/volume-registry.ts';
import { codeOf, copyOf, newVolume, openRegistry } from '../support/test-volumes.ts';

const FIXTURES = fileURLToPath(new URL('../../../../../shared/fixtures/seaweedfs/', import.meta.url));

function testOnFixtures(name: string, body: () => Promise<void>): void {
  if (existsSync(FIXTURES)) test(name, body);
  else test.skip(`${name} [skipped: no SeaweedFS fixtures beside the repository]`, body);
}

interface Manifest {
  readonly needles: readonly {
    readonly id: string;
    readonly cookie: string;
    readonly expect_status: number;
    readonly odd?: string;
    readonly record?: { readonly stored_sha256: string; readonly crc_ok?: boolean };
    readonly sha256?: string;
  }[];
}

function readManifest(set: string): Manifest {
  return JSON.parse(readFileSync(join(FIXTURES, set, 'manifest.json'), 'utf8')) as Manifest;
}

async function statusOf(registry: VolumeRegistry, volumeId: number, id: bigint, cookie: number): Promise<number> {
  const volume = registry.get(volumeId);
  if (volume === undefined) return 404;
  const code = await codeOf(readNeedle(volume, id, { cookie }));
  if (code === 'none') return 200;
  return code === 'needle-not-found' || code === 'cookie-mismatch' ? 404 : 500;
}

const healthySets = [
  ['plain', 1],
  ['ttl', 2],
  ['collection', 3],
  ['vacuum-before', 4],
  ['vacuumed', 4],
  ['version2', 16],
  ['version1', 17],
  ['wide-offsets', 31],
] as const;

for (const [set, volumeId] of healthySets) {
  testOnFixtures(`${set}: every needle answers as its manifest says`, async () => {
    const path = copyOf(join(FIXTURES, set));
    const { registry, events } = await openRegistry(path);
    const volume = registry.require(volumeId);
    expect({ told: events.told, state: volume.state }).toEqual({ told: [], state: 'writable' });
    for (const { id, cookie, expect_status, record } of readManifest(set).needles) {
      const status = await statusOf(registry, volumeId, BigInt(id), Number.parseInt(cookie, 16));
      expect({ id, status }).toEqual({ id, status: expect_status });
      if (status !== 200 || record === undefined) continue;
      const needle = await readNeedle(volume, BigInt(id), { cookie: Number.parseInt(cookie, 16) });
      expect(createHash('sha256').update(needle.data).digest('hex')).toBe(record.stored_sha256);
    }
    await registry.close();
  });
}

/** What we make of each damage; needles that do not answer 200 as [id, status]. Needle 4 is deleted in all of them. */
const damaged: Record<string, { state?: string; told?: string[]; refused?: RegExp; not200?: [number, number][] }> = {
  healthy: {},
  'compact-committed': {},
  'compact-half-renamed': {},
  'compact-uncommitted': {},
  'compact-torn-pair': { state: 'damaged', not200: ids(5, 12, 500) },
  'dat-empty': { refused: /superblock has 0 bytes/ },
  'dat-missing': { refused: /^$/ },
  'dat-superblock-only': { state: 'damaged', not200: ids(1, 12, 500) },
  'flipped-cookie': { not200: [[6, 404]] },
  'flipped-crc': { not200: [[5, 500]] },
  'flipped-data-byte': { not200: [[5, 500]] },
  'flipped-flags': {},
  // Place, size, cookie and checksum are right: it is the needle, whatever its header says.
  'flipped-id': {},
  'flipped-last-crc': { not200: [[12, 500]] },
  'flipped-last-id': {},
  'flipped-size': { not200: [[7, 500]] },
  'idx-empty': { told: ['recovered: 20 rows 13 cut 0'] },
  'idx-head-tombstones': {},
  'idx-missing': { refused: /has no index file/ },
  'idx-past-end': { state: 'damaged' },
  'idx-past-end-mid': { state: 'damaged', not200: [[5, 500]] },
  'idx-tail-tombstone0': { not200: [[2, 404]] },
  'idx-truncated': { told: ['recovered: 20 rows 1 cut 0'] },
  'idx-wrong-offset': { not200: [[9, 500]] },
  'masked-crc': {},
  'note-present': { refused: /^$/ },
  'superblock-extra': { refused: /inside the superblock/ },
  'superblock-replication-001': {},
  'superblock-version-2-on-v3': { state: 'damaged' },
  'superblock-version-9': { refused: /needle version is 9/ },
  'tombstone-last': {
    not200: [
      [11, 404],
      [12, 404],
    ],
  },
  'torn-tail': { state: 'damaged', not200: [[12, 500]] },
  'torn-tail-2': { state: 'damaged', not200: [[12, 500]] },
  'unindexed-full-tail': { told: ['recovered: 20 rows 1 cut 0'] },
  'unindexed-partial-tail': { told: ['recovered: 20 rows 0 cut 40'] },
  'unindexed-zero-tail': { told: ['recovered: 20 rows 0 cut 16'] },
  'vif-bytesoffset-5': { refused: /offsets of 5 bytes, the index has 4/ },
  'vif-empty': {},
  'vif-garbage': {},
  'vif-missing': {},
  'vif-readonly': { state: 'marked' },
  'vif-replication-010': {},
  'vif-version-2': {},
};

function ids(first: number, last: number, status: number): [number, number][] {
  return Array.from({ length: last - first + 1 }, (_, n) => [first + n, status]);
}

for (const [set, expected] of Object.entries(damaged)) {
  testOnFixtures(`damaged/${set}: served, recovered or refused, never ended and never wrong`, async () => {
    const path = copyOf(join(FIXTURES, 'damaged', set));
    const { registry, events } = await openRegistry(path);
    const volume = registry.get(20);
    if (expected.refused !== undefined) {
      expect(volume).toBeUndefined();
      expect(events.told.join()).toMatch(expected.refused);
    } else {
      expect({ state: volume?.state, told: events.told }).toEqual({
        state: expected.state ?? 'writable',
        told: expected.told ?? [],
      });
    }
    const notFound = new Map([[4, 404], ...(expected.not200 ?? [])]);
    for (const { id, cookie, sha256 } of readManifest(`damaged/${set}`).needles) {
      const status = await statusOf(registry, 20, BigInt(id), Number.parseInt(cookie, 16));
      const wanted = volume === undefined ? 404 : (notFound.get(Number(id)) ?? 200);
      expect({ id, status }).toEqual({ id, status: Number(id) === 4 ? 404 : wanted });
      if (status !== 200 || volume === undefined) continue;
      const needle = await readNeedle(volume, BigInt(id), { cookie: Number.parseInt(cookie, 16) });
      const body = hasFlag(needle.flags, NEEDLE_FLAG.compressed) ? gunzipSync(needle.data) : needle.data;
      expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    }
    if (volume?.isWritable === true) {
      await writeNeedle(volume, plainNeedle(99n, 1, Buffer.from('new'), 0));
      await registry.close();
      const again = await openRegistry(path);
      expect({ told: again.events.told, state: again.registry.get(20)?.state }).toEqual({
        told: [],
        state: 'writable',
      });
      expect(await statusOf(again.registry, 20, 99n, 1)).toBe(200);
      await again.registry.close();
    } else {
      await registry.close();
    }
  });
}

testOnFixtures('a new volume has offsets as wide as those of the directory that it is made in', async () => {
  for (const [set, width] of [
    ['plain', 4],
    ['wide-offsets', 5],
  ] as const) {
    const { registry } = await openRegistry(copyOf(join(FIXTURES, set)));
    const volume = await registry.allocate(newVolume(99));
    expect([volume.opened.offsetWidth, volume.opened.info.bytesOffset]).toEqual([width, width]);
    await registry.close();
  }
});

testOnFixtures('every damaged fixture is in the table', async () => {
  expect(readdirSync(join(FIXTURES, 'damaged')).toSorted()).toEqual(Object.keys(damaged).toSorted());
});
