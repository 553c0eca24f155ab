/** Scans over gRPC: a running catalog on each store, and the client of the package. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSecret } from '@needlestack/access-control';
import {
  createGrpcScanPort,
  createKvBatchScanner,
  decodeChunks,
  type GrpcScanPort,
  type ScanKvPort,
  type ScanTime,
  scanTable,
} from '@needlestack/kv-scan';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { KvScan } from '@needlestack/rpc/wire/needlestack-kv-scan';
import { findServer } from '@needlestack/test-servers';
import { decodeIdentityRecord } from '../../src/core/codec/identity-record.ts';
import { decodeObjectRecord } from '../../src/core/codec/object-record.ts';
import { SCAN_LIMITS } from '../../src/core/scan/scan-limits.ts';
import type { CatalogStore } from '../../src/open-store.ts';
import type { ScanOptions } from '../../src/start-scans.ts';
import { type CatalogService, startCatalogService } from '../../src/wiring.ts';
import { bucketRequest, makeChunk, makeVersion, putEvent } from '../sample-requests.ts';
import { TEST_SEALER } from '../test-sealer.ts';

const OBJECTS = 300;

/** Waits a twentieth of what it is told. */
const HASTY: ScanTime = {
  nowMs: () => performance.now(),
  sleep: (ms, signal, background = false) => pause(ms / 20, undefined, { signal, ref: !background }),
  random: Math.random,
};

/** Waits as long as it may: a channel that lost its server tries again after a second. */
const PATIENT: ScanTime = {
  nowMs: () => performance.now(),
  sleep: (ms, signal, background = false) => pause(ms, undefined, { signal, ref: !background }),
  random: () => 0.999,
};

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5);
}

const connectTo = ({ grpcPort }: CatalogService) => createGrpcScanPort({ address: `127.0.0.1:${grpcPort}` });

function suite(openStore: () => { readonly store: CatalogStore; remove(): void }): void {
  let place: ReturnType<typeof openStore>;
  let service: CatalogService;
  let port: GrpcScanPort;
  const chunk = makeChunk();

  const start = (scan: ScanOptions = {}, grpcPort = 0) =>
    startCatalogService({ store: place.store, scan, grpcPort, sealer: TEST_SEALER });

  async function restart(scan: ScanOptions): Promise<void> {
    port.close();
    await service.close();
    service = await start(scan);
    port = connectTo(service);
  }

  beforeAll(async () => {
    place = openStore();
    service = await start();
    port = connectTo(service);
    for (const bucket of ['one', 'two']) await service.port.createBucket(bucketRequest(bucket));
    for (let from = 0; from < OBJECTS; from += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          service.port.commitObject({
            bucket: index % 2 === 0 ? 'one' : 'two',
            key: `key ${from + index}`,
            version: makeVersion({ chunks: [chunk], sizeBytes: from + index }),
            event: putEvent,
          }),
        ),
      );
    await service.port.putIdentity({
      accessKeyId: 'AKID',
      secretAccessKey: 'the secret',
      accountId: '1',
      displayName: 'somebody',
      actions: ['Admin'],
    });
  });
  afterAll(async () => {
    port.close();
    await service.close();
    place.remove();
  });

  const scanKeys = async (from: ScanKvPort, options: { scannerKvFetchMaxBytes?: number; time?: ScanTime } = {}) => {
    const keys: string[] = [];
    for await (const { batch } of scanTable({ port: from, table: 'objects', ...options }))
      for (const { key } of batch) keys.push(key.toString('utf8', 8));
    return keys.sort();
  };
  const everyKey = Array.from({ length: OBJECTS }, (_, number) => `key ${number}`).sort();

  test('a whole table, bucket by bucket, each row once, and no scanner left', async () => {
    expect(await scanKeys(port, { scannerKvFetchMaxBytes: 2000 })).toEqual(everyKey);
    expect(service.scans.openScanners).toBe(0);
  });

  test('rows are what the catalog stored; chunks are what they name', async () => {
    const sizes = new Map<string, number>();
    for await (const { batch } of scanTable({ port, table: 'objects' }))
      for (const { key, value } of batch)
        sizes.set(key.toString('utf8', 8), decodeObjectRecord(value).version.sizeBytes);
    expect(sizes.get('key 17')).toBe(17);
    for await (const { batch } of scanTable({ port, table: 'objects', column: 'chunks' }))
      for (const { value } of batch) expect(decodeChunks(value)).toEqual([chunk]);
  });

  test('secrets are blank unless they are asked for', async () => {
    const secretOf = async (column: 'value' | 'secrets') => {
      const scanner = createKvBatchScanner({ port, table: 'identities', bucketId: 0, column });
      for await (const batch of scanner.batches())
        for (const { value } of batch) {
          const identity = decodeIdentityRecord('AKID', value);
          return 'sealedSecret' in identity ? identity.sealedSecret : 'in the clear';
        }
      return undefined;
    };
    expect(await secretOf('value')).toBe('');
    expect(openSecret(TEST_SEALER, 'AKID', (await secretOf('secrets')) ?? '')).toBe('the secret');
  });

  test('a scanner that is left behind in the middle is closed at the server', async () => {
    const bucketId = await bucketWithRows();
    {
      await using scanner = createKvBatchScanner({ port, table: 'objects', bucketId, scannerKvFetchMaxBytes: 500 });
      await scanner.nextBatch();
      expect(service.scans.openScanners).toBe(1);
    }
    // A call that was cancelled may still be at its end.
    await until(() => service.scans.openScanners === 0);
    for await (const _ of scanTable({ port, table: 'objects', scannerKvFetchMaxBytes: 500 })) break;
    await until(() => service.scans.openScanners === 0);
    const stop = new AbortController();
    const scanner = createKvBatchScanner({ port, table: 'objects', bucketId, scannerKvFetchMaxBytes: 500 });
    await scanner.nextBatch();
    stop.abort(new Error('enough'));
    await expect(scanner.nextBatch({ signal: stop.signal })).rejects.toThrow('enough');
    await until(() => service.scans.openScanners === 0);
  });

  async function bucketWithRows(): Promise<number> {
    const bucket = await service.port.getBucket('one');
    return Number.parseInt(bucket?.bucketId ?? '', 16) % 16;
  }

  test('refusals are codes in the answer, with their numbers', async () => {
    const client = createGrpcClient<KvScan>({
      address: `127.0.0.1:${service.grpcPort}`,
      protos: loadProtos(['kv_scan.proto']),
      service: 'needlestack_kv_scan.KvScan',
    });
    const open = { table_id: 0x20, bucket_id: 0 };
    const codeOf = async (request: Parameters<typeof client.call.ScanKv>[0]) =>
      (await client.call.ScanKv(request)).error_code;
    expect(await codeOf({})).toBe(68);
    expect(await codeOf({ open, scanner_id: Buffer.alloc(16), call_seq_id: 0, batch_size_bytes: 1 })).toBe(68);
    expect(await codeOf({ open: { ...open, bucket_id: 16 }, call_seq_id: 0, batch_size_bytes: 1 })).toBe(68);
    expect(await codeOf({ open, call_seq_id: 0 })).toBe(68);
    expect(await codeOf({ scanner_id: Buffer.alloc(16), call_seq_id: 1, batch_size_bytes: 1 })).toBe(67);
    expect(await codeOf({ scanner_id: Buffer.alloc(16), close_scanner: true })).toBe(0);
    const answer = await client.call.ScanKv({ open, call_seq_id: 0, batch_size_bytes: 1000 });
    expect(answer).toMatchObject({ error_code: 0, error_message: '', snapshot_changed: false });
    client.close();
  });

  test('a client that is killed leaves its scanner until it expires', async () => {
    let nowMs = 0;
    await restart({ clock: () => nowMs });
    const bucketId = await bucketWithRows();
    const client = fork(new URL('open-scanner.ts', import.meta.url), [String(service.grpcPort), String(bucketId)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    await once(client, 'message');
    expect(service.scans.openScanners).toBe(1);
    client.kill('SIGKILL');
    await once(client, 'exit');
    await service.scans.sweep();
    expect(service.scans.openScanners).toBe(1);
    // What it had asked for is worked on to its end first.
    await until(async () => {
      nowMs += SCAN_LIMITS.idleMs;
      await service.scans.sweep();
      return service.scans.openScanners === 0;
    });
    await restart({});
  });

  test('a slow caller keeps its scanner beyond the time after which others expire', async () => {
    await restart({ limits: { idleMs: 3_000 } });
    const scanner = createKvBatchScanner({
      port,
      table: 'objects',
      bucketId: await bucketWithRows(),
      scannerKvFetchMaxBytes: 4000,
      keepAliveMs: 50,
    });
    let rows = 0;
    let wasSlow = false;
    for await (const batch of scanner.batches()) {
      rows += [...batch].length;
      if (!wasSlow) await pause(4_500);
      wasSlow = true;
      await service.scans.sweep();
    }
    expect(rows).toBe(OBJECTS / 2);
    await restart({});
  });

  test('expiry in the middle: the typed error, or the rest in token mode, which says so', async () => {
    let nowMs = 0;
    await restart({ clock: () => nowMs });
    const options = { port, table: 'objects' as const, bucketId: await bucketWithRows(), scannerKvFetchMaxBytes: 4000 };
    for (const afterLoss of ['fail', 'resume'] as const) {
      const scanner = createKvBatchScanner({ ...options, afterLoss });
      const read = async () => {
        const seen: string[] = [];
        const changed: boolean[] = [];
        for await (const batch of scanner.batches()) {
          for (const { key } of batch) seen.push(key.toString());
          changed.push(batch.snapshotChanged);
          if (changed.length === 1) nowMs += SCAN_LIMITS.idleMs;
          await service.scans.sweep();
        }
        return { seen, changed };
      };
      if (afterLoss === 'fail') await expect(read()).rejects.toMatchObject({ code: 'scanner-expired' });
      else {
        const { seen, changed } = await read();
        expect([seen.length, new Set(seen).size]).toEqual([OBJECTS / 2, OBJECTS / 2]);
        expect([changed[0], changed.at(-1)]).toEqual([false, true]);
      }
    }
    await restart({});
  });

  test('a server that starts anew: a typed error, or the rest in token mode', async () => {
    const options = { table: 'objects' as const, bucketId: await bucketWithRows(), scannerKvFetchMaxBytes: 4000 };
    for (const afterLoss of ['fail', 'resume'] as const) {
      const { grpcPort } = service;
      const ownPort = createGrpcScanPort({ address: `127.0.0.1:${grpcPort}` });
      const scanner = createKvBatchScanner({ ...options, port: ownPort, afterLoss, time: PATIENT });
      const seen = [...((await scanner.nextBatch()) ?? [])].map(({ key }) => key.toString());
      await service.close();
      service = await start({}, grpcPort);
      const read = async () => {
        for await (const batch of scanner.batches()) for (const { key } of batch) seen.push(key.toString());
      };
      if (afterLoss === 'fail')
        await expect(read()).rejects.toMatchObject({
          code: expect.stringMatching(/^(unavailable|unknown-scanner-id|scanner-expired)$/),
        });
      else {
        await read();
        expect([seen.length, new Set(seen).size]).toEqual([OBJECTS / 2, OBJECTS / 2]);
      }
      ownPort.close();
    }
    port.close();
    port = connectTo(service);
  });

  test('a storm of scans above the cap: all come through, by trying again', async () => {
    await restart({ limits: { scannersMax: 3 } });
    const scans = Array.from({ length: 8 }, async () => {
      const scanner = createKvBatchScanner({
        port,
        table: 'objects',
        bucketId: await bucketWithRows(),
        scannerKvFetchMaxBytes: 8000,
        time: HASTY,
      });
      let rows = 0;
      for await (const batch of scanner.batches()) rows += [...batch].length;
      return rows;
    });
    const outcomes = await Promise.allSettled(scans);
    for (const outcome of outcomes)
      if (outcome.status === 'fulfilled') expect(outcome.value).toBe(OBJECTS / 2);
      else expect(outcome.reason).toMatchObject({ code: 'too-many-scanners' });
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3);
    expect(service.scans.openScanners).toBe(0);
    await restart({});
  });
}

describe('on the embedded store', () => {
  suite(() => {
    const directory = mkdtempSync(join(tmpdir(), 'needlestack-scan-'));
    return { store: { kind: 'embedded', directory }, remove: () => rmSync(directory, { recursive: true }) };
  });
});

const server = findServer('postgresql');
server.describe('on PostgreSQL', () => {
  let running: Awaited<ReturnType<typeof server.start>>;
  beforeAll(async () => {
    running = await server.start();
  });
  afterAll(() => running.stop());
  const openSchema = (): CatalogStore => ({
    kind: 'postgres',
    url: running.url,
    schema: `test_${randomUUID().replaceAll('-', '')}`,
  });

  suite(() => ({ store: openSchema(), remove: () => undefined }));

  test('when another server takes over, a scan goes on there from its token', async () => {
    const store = openSchema();
    const one = await startCatalogService({ store });
    const two = await startCatalogService({ store });
    for (let number = 0; number < 50; number += 1) await one.port.createBucket(bucketRequest(`bucket-${number}`));
    const first = connectTo(one);
    const second = connectTo(two);
    let leader = first;
    const port: ScanKvPort = {
      scanKv: (request, options) => leader.scanKv(request, options),
    };
    for (const afterLoss of ['fail', 'resume'] as const) {
      leader = first;
      const scanner = createKvBatchScanner({
        port,
        table: 'buckets',
        bucketId: 0,
        scannerKvFetchMaxBytes: 500,
        afterLoss,
      });
      const seen = [...((await scanner.nextBatch()) ?? [])].map(({ key }) => key.toString());
      // The batch ahead is still of the first server.
      for (const { key } of (await scanner.nextBatch({ timeoutMs: 5000 })) ?? []) seen.push(key.toString());
      leader = second;
      const read = async () => {
        for await (const batch of scanner.batches()) for (const { key } of batch) seen.push(key.toString());
      };
      if (afterLoss === 'fail') await expect(read()).rejects.toMatchObject({ code: 'unknown-scanner-id' });
      else {
        await read();
        expect([seen.length, new Set(seen).size]).toEqual([50, 50]);
      }
    }
    expect(two.scans.openScanners).toBe(0);
    first.close();
    second.close();
    await Promise.all([one.close(), two.close()]);
  });
});

describe('who may scan', () => {
  const read = (name: string): Buffer =>
    readFileSync(new URL(`../../../../packages/rpc/test/support/certificates/${name}`, import.meta.url));
  const caPem = read('authority.pem');
  const clientTls = { caPem, certPem: read('client.pem'), keyPem: read('client.key') };

  async function scanWith(scan: ScanOptions): Promise<unknown> {
    const directory = mkdtempSync(join(tmpdir(), 'needlestack-scan-'));
    const service = await startCatalogService({
      store: { kind: 'embedded', directory },
      security: { tls: { certPem: read('server.pem'), keyPem: read('server.key'), clientCaPem: caPem } },
      scan,
    });
    const port = createGrpcScanPort({ address: `localhost:${service.grpcPort}`, tls: clientTls });
    try {
      const scanner = createKvBatchScanner({ port, table: 'buckets', bucketId: 0 });
      return await scanner.nextBatch();
    } finally {
      port.close();
      await service.close();
      rmSync(directory, { recursive: true });
    }
  }

  test('everybody with a certificate, or those who are named', async () => {
    expect(await scanWith({})).toBeNull();
    expect(await scanWith({ clientNames: ['other', 'client'] })).toBeNull();
    await expect(scanWith({ clientNames: ['other'] })).rejects.toMatchObject({
      code: 'not-authorized',
      message: 'catalog:ScanTable is not granted to client',
    });
  });

  test('nobody without the token', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'needlestack-scan-'));
    const service = await startCatalogService({
      store: { kind: 'embedded', directory },
      security: { authToken: 'right' },
    });
    for (const [authToken, outcome] of [
      ['right', null],
      ['wrong', 'not-authorized'],
    ] as const) {
      const port = createGrpcScanPort({ address: `127.0.0.1:${service.grpcPort}`, authToken });
      const next = createKvBatchScanner({ port, table: 'buckets', bucketId: 0 }).nextBatch();
      expect(await next.catch((error: { readonly code?: string }) => error.code)).toBe(outcome);
      port.close();
    }
    await service.close();
    rmSync(directory, { recursive: true });
  });
});
