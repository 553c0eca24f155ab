/** The layout of the session's records, pinned to their version; and that what was written is what is read. */
import { createHash } from 'node:crypto';
import { ByteReader, ByteWriter } from '@needlestack/rpc';
import type { Bucket, DeleteCondition, EventContext, ListedObject, ObjectVersion, SharedChunks } from '../index.ts';
import {
  CATALOG_RECORDS,
  COMMIT_OBJECT,
  DELETE_OBJECT,
  GET_BUCKET,
  LIST_OBJECTS,
  LOOKUP_OBJECT,
} from './catalog-session.ts';

const bytes = (value: Uint8Array) => Buffer.from(value);
const place = { bucket: 'box', key: 'key' };
const event: EventContext = {
  eventName: 'ObjectCreated:Put',
  requestId: 'request',
  principalId: 'user',
  sourceIpAddress: '127.0.0.1',
  userAgent: 'agent',
};
const chunk = { volumeId: 7, needleKey: 2n ** 63n, cookie: 0xfedcba98, sizeBytes: 10, crc32c: 0xffffffff };
/** With every field. */
const version: ObjectVersion = {
  versionId: 'v1',
  isDeleteMarker: false,
  lastModifiedMs: 1_700_000_000_000,
  sizeBytes: 10,
  etag: 'etag',
  systemHeaders: { 'content-type': 'text/plain' },
  userMetadata: { color: 'blue' },
  chunks: [chunk],
  inlineData: bytes(Buffer.from('inline')),
  checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' },
  parts: [{ partNumber: 1, sizeBytes: 10, checksum: 'AAAA' }],
  storageClass: 'STANDARD_IA',
  tags: { team: 'red' },
  lock: { mode: 'GOVERNANCE', retainUntilMs: 1_800_000_000_000, legalHold: true },
  acl: bytes(Buffer.from('acl')),
  encryption: { scheme: 'SSE-KMS', keyId: 'key', envelope: bytes(Buffer.from('envelope')) },
  remoteTier: { tier: 'cold', remoteKey: 'far', remoteVersionId: 'away' },
  ownerId: 'owner',
  restore: { isOngoing: false, expiresAtMs: 1_800_000_000_000 },
};
const { versionId: _id, isDeleteMarker: _marker, lastModifiedMs: _time, restore: _restore, ...newVersion } = version;
const shared: SharedChunks = { ...place, versionId: 'v0', chunks: [chunk] };
const deleteCondition: DeleteCondition = {
  ifMatch: 'etag',
  ifMatchSizeBytes: 10,
  ifMatchLastModifiedMs: 1_700_000_000_000,
  ifUnchanged: { versionId: 'v1', lastModifiedMs: 1_700_000_000_000 },
  ifNoncurrent: true,
  ifOnlyVersion: true,
};
const bucket: Bucket = {
  name: 'box',
  bucketId: 'id',
  ownerId: 'owner',
  region: 'us-east-1',
  createdAtMs: 1_700_000_000_000,
  versioning: 'Enabled',
  objectLockEnabled: true,
  hasEventRules: true,
  configBits: 5,
  configRevision: 3,
  defaultRetention: { mode: 'COMPLIANCE', days: 1 },
};
const listed: ListedObject = {
  key: 'key',
  sizeBytes: 10,
  etag: 'etag',
  lastModifiedMs: 1_700_000_000_000,
  storageClass: 'STANDARD',
  ownerId: 'owner',
  checksumAlgorithm: 'SHA256',
  checksumType: 'COMPOSITE',
  tags: { team: 'red' },
  restore: { isOngoing: true },
};

interface Sample {
  readonly name: string;
  /** What was read of what was written. */
  readonly answer: unknown;
  readonly sent: unknown;
  readonly bytes: Buffer;
}

const sample = <T>(
  name: string,
  sent: T,
  encode: (value: T, writer: ByteWriter) => void,
  decode: (reader: ByteReader) => T,
): Sample => {
  const writer = new ByteWriter();
  encode(sent, writer);
  const written = Buffer.from(writer.take());
  return { name, sent, bytes: written, answer: decode(new ByteReader(written)) };
};

const SAMPLES: readonly Sample[] = [
  sample('get-bucket', 'box', GET_BUCKET.encodeRequest, GET_BUCKET.decodeRequest),
  sample('bucket', bucket, GET_BUCKET.encodeResponse, GET_BUCKET.decodeResponse),
  sample('lookup', { ...place, versionId: 'v1' }, LOOKUP_OBJECT.encodeRequest, LOOKUP_OBJECT.decodeRequest),
  sample('version', version, LOOKUP_OBJECT.encodeResponse, LOOKUP_OBJECT.decodeResponse),
  sample(
    'commit',
    { ...place, event, version: newVersion, condition: { ifNoneMatch: '*', ifMatch: 'e', heldBefore: true }, shared },
    COMMIT_OBJECT.encodeRequest,
    COMMIT_OBJECT.decodeRequest,
  ),
  sample(
    'committed',
    { versionId: 'v1', lastModifiedMs: 1_700_000_000_000 },
    COMMIT_OBJECT.encodeResponse,
    COMMIT_OBJECT.decodeResponse,
  ),
  sample(
    'delete',
    { ...place, event, versionId: 'v1', condition: deleteCondition, bypassGovernance: true },
    DELETE_OBJECT.encodeRequest,
    DELETE_OBJECT.decodeRequest,
  ),
  sample(
    'deleted',
    { existed: true, versionId: 'v1', isDeleteMarker: true },
    DELETE_OBJECT.encodeResponse,
    DELETE_OBJECT.decodeResponse,
  ),
  sample(
    'list',
    {
      bucket: 'box',
      prefix: 'a/',
      delimiter: '/',
      startAfter: 'a/b',
      resumeAfterPrefix: true,
      maxKeys: 1000,
      withDetails: true,
    },
    LIST_OBJECTS.encodeRequest,
    LIST_OBJECTS.decodeRequest,
  ),
  sample(
    'listed',
    { objects: [listed], commonPrefixes: ['a/'], isTruncated: true, nextStartAfter: 'a/z', nextIsPrefix: false },
    LIST_OBJECTS.encodeResponse,
    LIST_OBJECTS.decodeResponse,
  ),
];

test.each(SAMPLES)('$name is read as it was written', ({ sent, answer }) => {
  expect(answer).toEqual(sent);
});

// When this fails, the layout is another one: raise the version, then write the new digest here.
test('the layout is that of its version', () => {
  const layout = createHash('sha256');
  for (const { bytes: written } of SAMPLES) layout.update(written);
  expect([CATALOG_RECORDS, layout.digest('hex')]).toEqual([
    'catalog/1',
    '8c3a73c827640fb2b77aca46be112ad22036f0e9818d44816f449addcf77d7b4',
  ]);
});
