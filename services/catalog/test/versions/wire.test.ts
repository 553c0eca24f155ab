/** The calls about versions over gRPC give what they give in process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CatalogPort,
  createGrpcCatalog,
  type GrpcCatalog,
  type NewObjectVersion,
  type VersionChange,
} from '@needlestack/service-contracts';
import { type CatalogService, startCatalogService } from '../../src/index.ts';
import { bucketRequest, deleteEvent, makeChunk, makeVersion, putEvent } from '../sample-requests.ts';

let directory: string;
let service: CatalogService;
let catalog: GrpcCatalog;
let local: CatalogPort;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-catalog-'));
  service = await startCatalogService({ store: { kind: 'embedded', directory } });
  catalog = createGrpcCatalog({ address: `127.0.0.1:${service.grpcPort}` });
  local = service.port;
});
afterAll(async () => {
  catalog.close();
  await service.close();
  rmSync(directory, { recursive: true });
});

const refused = (code: string) => expect.objectContaining({ name: 'CatalogError', code });
const put = (bucket: string, key: string, fields: Partial<NewObjectVersion> = {}) =>
  catalog.commitObject({ bucket, key, version: makeVersion(fields), event: putEvent });

test('buckets with all that their rows say', async () => {
  const config = Buffer.from('configuration');
  const made = await catalog.createBucket({
    ...bucketRequest('locked'),
    objectLockEnabled: true,
    configs: [{ kind: 'ownership', value: config }],
  });
  expect(made).toMatchObject({ versioning: 'Enabled', objectLockEnabled: true, configRevision: 1 });
  expect(await catalog.getBucketConfig('locked', 'ownership')).toEqual(config);
  for (const retention of [
    { mode: 'COMPLIANCE', days: 3 } as const,
    { mode: 'GOVERNANCE', years: 2 } as const,
    undefined,
  ]) {
    await catalog.putBucketObjectLock('locked', retention);
    const found = await catalog.getBucket('locked');
    expect(found?.defaultRetention).toEqual(retention);
    expect(found).toEqual(await local.getBucket('locked'));
    expect((await catalog.listBuckets({ prefix: 'locked', startAfter: '', maxBuckets: 1 })).buckets).toEqual([found]);
  }
  await expect(catalog.putBucketVersioning('locked', 'Suspended')).rejects.toEqual(refused('InvalidBucketState'));
  await expect(catalog.putBucketConfig('locked', 'cors', config, { ifRevision: 9 })).rejects.toEqual(
    refused('ConditionalRequestConflict'),
  );
  await catalog.putBucketConfig('locked', 'cors', config, { ifRevision: 1 });
  await catalog.putAccountConfig('account', 'public-access-block', config);
  expect(await catalog.getAccountConfig('account', 'public-access-block')).toEqual(config);
  await catalog.putAccountConfig('account', 'public-access-block', undefined);
  expect(await catalog.getAccountConfig('account', 'public-access-block')).toBeUndefined();
});

test('versions, deletes of them, and pages', async () => {
  await catalog.createBucket(bucketRequest('versions'));
  await put('versions', 'a');
  await catalog.putBucketVersioning('versions', 'Enabled');
  const { versionId } = await put('versions', 'a', { tags: { t: '1' }, acl: Buffer.from('acl') });
  await catalog.deleteObject({ bucket: 'versions', key: 'a/b', event: deleteEvent });
  expect(await catalog.lookupObject('versions', 'a/b')).toEqual(await local.lookupObject('versions', 'a/b'));
  await expect(catalog.lookupObject('versions', 'a', 'nonsense')).rejects.toEqual(refused('InvalidVersionId'));
  const request = { bucket: 'versions', prefix: '', delimiter: '/', keyMarker: '', versionIdMarker: '', maxKeys: 2 };
  for (const more of [{}, { withDetails: true, delimiter: '', maxKeys: 1000 }]) {
    const page = await catalog.listObjectVersions({ ...request, ...more });
    expect(page.versions.length).toBeGreaterThan(1);
    expect(page).toEqual(await local.listObjectVersions({ ...request, ...more }));
  }
  const seen = { versionId, lastModifiedMs: 1 };
  await expect(
    catalog.deleteObject({ bucket: 'versions', key: 'a', condition: { ifUnchanged: seen }, event: deleteEvent }),
  ).rejects.toEqual(refused('PreconditionFailed'));
  const outcomes = await catalog.deleteObjects({
    bucket: 'versions',
    objects: [
      { key: 'a', versionId, condition: { ifNoncurrent: true } },
      { key: 'a', versionId: 'null', condition: { ifOnlyVersion: true } },
      { key: 'a', versionId },
    ],
    bypassGovernance: true,
    event: deleteEvent,
  });
  expect(outcomes.map((outcome) => (outcome.ok ? outcome : outcome.code))).toEqual([
    'PreconditionFailed',
    'PreconditionFailed',
    { ok: true, existed: true, versionId },
  ]);
  const condition = { ifMatch: '*', heldBefore: true };
  const version = makeVersion();
  await expect(
    catalog.commitObject({ bucket: 'versions', key: 'gone', version, condition, event: putEvent }),
  ).rejects.toEqual(refused('ConditionalRequestConflict'));
});

test('changes in place', async () => {
  await catalog.createBucket({ ...bucketRequest('changed'), objectLockEnabled: true });
  const lock = { mode: 'GOVERNANCE' as const, retainUntilMs: Date.now() + 1_000_000 };
  const encryption = { scheme: 'SSE-KMS' as const, keyId: 'one', envelope: Buffer.from('first') };
  const { versionId } = await put('changed', 'k', { lock, encryption });
  const changes: readonly VersionChange[] = [
    { kind: 'tags', tags: { a: '1' } },
    { kind: 'retention', retention: { ...lock, retainUntilMs: lock.retainUntilMs + 1 } },
    { kind: 'retention', bypassGovernance: true },
    {
      kind: 'encryption',
      formerEnvelope: Buffer.from('first'),
      encryption: { ...encryption, envelope: Buffer.from('2') },
    },
    { kind: 'legal-hold', isOn: true },
    { kind: 'acl', acl: Buffer.from('grants') },
    { kind: 'restore', restore: { isOngoing: false, expiresAtMs: 77 }, wasOngoing: false },
  ];
  for (const change of changes)
    expect(
      await catalog.updateVersion({ bucket: 'changed', key: 'k', versionId, change, event: putEvent }),
    ).toMatchObject({
      versionId,
    });
  const found = await catalog.lookupObject('changed', 'k');
  expect(found).toMatchObject({
    tags: { a: '1' },
    lock: { legalHold: true },
    acl: Buffer.from('grants'),
    encryption: { ...encryption, envelope: Buffer.from('2') },
    restore: { isOngoing: false, expiresAtMs: 77 },
  });
  expect(found).toEqual(await local.lookupObject('changed', 'k'));
  const remove = { bucket: 'changed', key: 'k', versionId, event: deleteEvent };
  await expect(catalog.deleteObject({ ...remove, bypassGovernance: true })).rejects.toEqual(refused('ObjectLocked'));
});

test('needles named twice, and renames', async () => {
  await catalog.createBucket(bucketRequest('shared'));
  const chunks = [makeChunk()];
  await put('shared', 'from', { chunks });
  const shared = { bucket: 'shared', key: 'from', versionId: 'null', chunks };
  const version = makeVersion({ chunks });
  await catalog.commitObject({ bucket: 'shared', key: 'copy', version, shared, event: putEvent });
  const template = { systemHeaders: {}, userMetadata: {}, ownerId: 'o' };
  const place = { bucket: 'shared', key: 'parts' };
  const upload = await catalog.createUpload({
    ...place,
    template,
    initiatorId: 'i',
    checksumAlgorithm: 'CRC32',
    checksumType: 'FULL_OBJECT',
  });
  const part = {
    ...place,
    uploadId: upload.uploadId,
    partNumber: 1,
    sizeBytes: 10,
    etag: 'a'.repeat(32),
    chunks,
    shared,
  };
  await catalog.putPart({ ...part, checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } });
  await expect(catalog.putPart({ ...part, checksum: { algorithm: 'SHA1', value: 'x' } })).rejects.toEqual(
    refused('InvalidRequest'),
  );
  const complete = {
    ...place,
    uploadId: upload.uploadId,
    parts: [{ partNumber: 1, etag: part.etag }],
    event: putEvent,
  };
  await expect(catalog.completeUpload({ ...complete, expectedChecksumType: 'COMPOSITE' })).rejects.toEqual(
    refused('InvalidRequest'),
  );
  const completed = await catalog.completeUpload({ ...complete, expectedChecksumType: 'FULL_OBJECT' });
  expect(await catalog.completeUpload(complete)).toEqual(completed);
  await catalog.deleteObject({ bucket: 'shared', key: 'from', event: deleteEvent });
  const garbage = await catalog.listGarbage({ maxEntries: 10, olderThanMs: 0 });
  expect(garbage.flatMap((entry) => entry.chunks)).not.toContainEqual(chunks[0]);
  await catalog.renameObject({
    bucket: 'shared',
    sourceKey: 'copy',
    key: 'renamed',
    sourceCondition: { ifMatch: version.etag, ifUnmodifiedSinceMs: Date.now() },
    condition: { ifNoneMatch: '*', ifUnmodifiedSinceMs: 0 },
    event: putEvent,
  });
  expect((await catalog.lookupObject('shared', 'renamed'))?.chunks).toEqual(chunks);
  await expect(
    catalog.renameObject({ bucket: 'shared', sourceKey: 'copy', key: 'x', event: putEvent }),
  ).rejects.toEqual(refused('NoSuchKey'));
});
