/**
 * The catalog in process on the embedded store: `node services/catalog/bench/operations.ts [directory]`.
 * Prints operations a second and the time of the main thread that one costs.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLmdbKv } from '@needlestack/ordered-kv';
import type { NewObjectVersion } from '@needlestack/service-contracts';
import { createCatalog } from '../src/core/catalog.ts';

const OBJECTS = 50_000;
const directory = mkdtempSync(join(process.argv[2] ?? '.', 'bench-catalog-'));
const kv = openLmdbKv({ directory });
const catalog = createCatalog({ kv, clock: Date.now, randomBytes });
await catalog.createBucket({ name: 'bench', ownerId: 'owner', region: 'us-east-1', objectLockEnabled: false });

const event = {
  eventName: 'ObjectCreated:Put',
  requestId: '0000000000000000',
  principalId: 'root',
  sourceIpAddress: '127.0.0.1',
  userAgent: 'bench',
};

const keyOf = (n: number): string => `folder-${n % 10}/sub/object-${String(Math.imul(n, 2654435761) >>> 0)}.bin`;

function versionOf(n: number): NewObjectVersion {
  return {
    sizeBytes: 4096,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    systemHeaders: { 'content-type': 'application/octet-stream' },
    userMetadata: {},
    chunks: [{ volumeId: 3, needleKey: BigInt(n), cookie: n >>> 0, sizeBytes: 4096, crc32c: n >>> 0 }],
    checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' },
    ownerId: 'owner-of-the-object',
  };
}

async function measure(name: string, count: number, inFlight: number, run: (n: number) => Promise<unknown>) {
  let next = 0;
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const start = performance.now();
  const worker = async () => {
    while (next < count) {
      next += 1;
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const ms = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const busy = performance.eventLoopUtilization(loop).active;
  console.log(
    `${name}, ${inFlight} in flight: ${Math.round((count / ms) * 1000)}/s, main thread ${((busy / count) * 1000).toFixed(1)} µs, ` +
      `process CPU ${((used.user + used.system) / count).toFixed(1)} µs`,
  );
}

const commit = (n: number) => catalog.commitObject({ bucket: 'bench', key: keyOf(n), version: versionOf(n), event });

async function measureListing(delimiter: string, name: string): Promise<void> {
  let keys = 0;
  const start = performance.now();
  for (let round = 0; round < 5; round += 1) {
    let at = { startAfter: '', resumeAfterPrefix: false };
    for (;;) {
      const page = await catalog.listObjects({ bucket: 'bench', prefix: '', delimiter, maxKeys: 1000, ...at });
      keys += page.objects.length + page.commonPrefixes.length;
      if (!page.isTruncated) break;
      at = { startAfter: page.nextStartAfter ?? '', resumeAfterPrefix: page.nextIsPrefix ?? false };
    }
  }
  const ms = performance.now() - start;
  console.log(`list ${name}: ${Math.round((keys / ms) * 1000)} entries/s (${((ms * 1000) / keys).toFixed(2)} µs each)`);
}

async function measureVersions(): Promise<void> {
  await catalog.createBucket({ name: 'versioned', ownerId: 'owner', region: 'us-east-1', objectLockEnabled: false });
  await catalog.putBucketVersioning('versioned', 'Enabled');
  const put = (key: string) => (n: number) =>
    catalog.commitObject({ bucket: 'versioned', key: key === '' ? keyOf(n) : key, version: versionOf(n), event });
  await measure('commitObject (versioned, new)', OBJECTS, 16, put(''));
  await measure('commitObject (versioned, again)', OBJECTS, 16, put(''));
  await measure('commitObject (versions of one key)', 2 * OBJECTS, 64, put('one'));
  let markers = { keyMarker: '', versionIdMarker: '' };
  let slowestMs = 0;
  let versions = 0;
  const start = performance.now();
  for (;;) {
    const began = performance.now();
    const request = { bucket: 'versioned', prefix: 'one', delimiter: '', maxKeys: 1000, ...markers };
    const page = await catalog.listObjectVersions(request);
    slowestMs = Math.max(slowestMs, performance.now() - began);
    versions += page.versions.length;
    if (!page.isTruncated) break;
    markers = { keyMarker: page.nextKeyMarker ?? '', versionIdMarker: page.nextVersionIdMarker ?? '' };
  }
  const us = ((performance.now() - start) * 1000) / versions;
  console.log(
    `list ${versions} versions of one key: ${us.toFixed(2)} µs each, slowest page ${slowestMs.toFixed(1)} ms`,
  );
}

await measure('commitObject (new)', OBJECTS, 16, commit);
await measure('commitObject (overwrite)', OBJECTS, 16, commit);
await measure('commitObject (overwrite)', OBJECTS, 64, commit);
await measure('lookupObject', OBJECTS * 2, 16, async (n) => catalog.lookupObject('bench', keyOf((n % OBJECTS) + 1)));
await measureListing('', 'flat, 1,000 a page');
await measureListing('/', 'with a delimiter, 10 prefixes');
await measureVersions();
await measure('deleteObject', OBJECTS, 16, (n) => catalog.deleteObject({ bucket: 'bench', key: keyOf(n), event }));
await kv.close();
rmSync(directory, { recursive: true });
