import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { BufferedMultipartWriter, S3Storage } from '@needlestack/object-storage';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '@needlestack/volume-service';
import { storeUnderTest } from '../support/store-under-test.ts';

const MIB = 2 ** 20;
const BUCKET = 'tier';

const store = storeUnderTest();

beforeAll(() => store.s3.send(new CreateBucketCommand({ Bucket: BUCKET })));

function openBucket(): S3Storage {
  return new S3Storage({ bucket: BUCKET, endpoint: store.url, credentials: store.credentials });
}

async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

test('the client and the gateway understand each other: odd keys, parts, ranges, refusals', async () => {
  const bucket = openBucket();
  const data = randomBytes(17 * MIB + 3);
  const key = "a b+c/%2F/ü'~!(1)*";
  const writer = new BufferedMultipartWriter(bucket, key, { storageClass: 'STANDARD_IA' });
  await writer.append(data);
  const stored = await writer.seal();
  expect(stored).toMatchObject({ sizeBytes: data.length, etag: expect.stringMatching(/^[0-9a-f]{32}-3$/) });
  expect(await bucket.getRange(key, 8 * MIB - 5, 8 * MIB + 5)).toEqual(data.subarray(8 * MIB - 5, 8 * MIB + 5));
  expect(md5(await bytesOf((await bucket.get(key)).bytes))).toBe(md5(data));
  await expect(bucket.getRange(key, data.length, data.length + 1)).rejects.toMatchObject({
    code: 'range-out-of-bounds',
  });
  await bucket.put('empty', new Uint8Array(0));
  expect((await bucket.head('empty')).sizeBytes).toBe(0);
  for (const name of [key, 'empty', 'never there']) await bucket.delete(name);
  await expect(bucket.head(key)).rejects.toMatchObject({ code: 'not-found' });
  const stranger = new S3Storage({
    bucket: BUCKET,
    endpoint: store.url,
    credentials: { ...store.credentials, secretAccessKey: 'wrong' },
  });
  await expect(stranger.put('x', data.subarray(0, 9))).rejects.toMatchObject({ code: 'access-denied' });
  stranger.close();
  bucket.close();
});

test('a volume lives on our own gateway: moved there in parts, read by ranges, deleted from, fetched back', async () => {
  const path = mkdtempSync(join(tmpdir(), 'needlestack-tier-'));
  const { accessKeyId, secretAccessKey } = store.credentials;
  const properties = {
    bucket: BUCKET,
    endpoint: store.url,
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
  };
  const service = await startVolumeService({
    directories: [{ path, volumesMax: 4 }],
    storageBackends: [{ type: 's3', id: 'default', properties }],
  });
  const client = createGrpcClient<VolumeServer>({
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['volume_server.proto']),
    service: 'volume_server_pb.VolumeServer',
  });
  try {
    await client.call.AllocateVolume({ volume_id: 1, version: 3 });
    const bodies = Array.from({ length: 10 }, () => randomBytes(MIB));
    const idOf = (key: number) => ({ volumeId: 1, needleKey: BigInt(key), cookie: 7 });
    for (const [key, data] of bodies.entries()) {
      await service.dataPlane.writeNeedle({ ...idOf(key + 1), data, lastModifiedSeconds: 1 });
    }
    const read = async (key: number) => md5(await service.dataPlane.readNeedle(idOf(key)));
    for await (const _ of client.call.VolumeTierMoveDatToRemote({ volume_id: 1, destination_backend_name: 's3' }));
    expect(existsSync(join(path, '1.dat'))).toBe(false);
    const { Contents } = await store.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    expect(Contents).toHaveLength(1);
    expect(await read(10)).toBe(md5(bodies[9] ?? Buffer.alloc(0)));
    expect(await service.dataPlane.deleteNeedles([idOf(3)])).toBe(1);
    const scrub = await client.call.ScrubVolume({ mode: 'FULL' });
    expect(scrub).toMatchObject({ total_files: '11', broken_volume_ids: [] });
    for await (const _ of client.call.VolumeTierMoveDatFromRemote({ volume_id: 1 }));
    expect((await store.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? []).toHaveLength(0);
    expect(await read(1)).toBe(md5(bodies[0] ?? Buffer.alloc(0)));
    await expect(read(3)).rejects.toMatchObject({ code: 'needle-not-found' });
  } finally {
    client.close();
    await service.close(0);
    rmSync(path, { recursive: true, force: true });
  }
});
