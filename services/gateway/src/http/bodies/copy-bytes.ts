/** Reads the bytes of one object, for CopyObject and UploadPartCopy: to store them again, or to know their digests. */

import { type DataKeys, SMALL_OBJECT_MAX_BYTES, type StoredObject } from '@needlestack/object-io';
import type { ByteRange, ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { OpenedVersion } from '../../core/encryption/encryption-context.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { discardChunks } from './receive-object.ts';
import { watchClient } from './watch-client.ts';

/** Which bytes, and what is to be known of them. */
export interface BytesToRead {
  readonly source: OpenedVersion;
  /** Undefined: all. */
  readonly range: ByteRange | undefined;
  readonly algorithms: readonly ChecksumAlgorithm[];
  /** What the copy is sealed with; it lies plain without. */
  readonly dataKeys?: DataKeys | undefined;
}

/** Stores the bytes in needles of their own. Rejects with VolumeError; what was written by then is given to the collector. */
export const copyBytes = (exchange: S3Exchange, context: GatewayContext, bytes: BytesToRead): Promise<StoredObject> =>
  context.copyPermits.use(() => readBytes(exchange, context, bytes, 'store'));

/** The digests of bytes that stay where they are. Rejects with VolumeError. */
export const hashBytes = (
  exchange: S3Exchange,
  context: GatewayContext,
  bytes: BytesToRead,
): Promise<StoredObject['digests']> =>
  context.copyPermits.use(async () => {
    const { digests } = await readBytes(exchange, context, bytes, 'hash');
    return digests;
  });

const readBytes = async (
  exchange: S3Exchange,
  context: GatewayContext,
  { source, range, algorithms, dataKeys }: BytesToRead,
  purpose: 'store' | 'hash',
): Promise<StoredObject> => {
  const sizeBytes = range?.lengthBytes ?? source.sizeBytes;
  const client = watchClient(exchange.response);
  const announced = {
    sizeBytes,
    algorithms,
    signal: client.signal,
    ...(dataKeys === undefined ? undefined : { dataKeys }),
  };
  const upload = purpose === 'store' ? context.writer.begin(announced) : context.writer.beginDigest(announced);
  try {
    if (sizeBytes > 0) {
      // A small upload keeps what it is given until the end, while the reader fills its buffer again.
      const keepsBytes = sizeBytes <= SMALL_OBJECT_MAX_BYTES;
      for await (const bytes of context.reader.read(source, range, client.signal)) {
        await upload.write(keepsBytes ? Buffer.from(bytes) : bytes);
      }
    }
    return await upload.finish();
  } catch (error) {
    const written = await upload.abort();
    if (purpose === 'store') discardChunks(context, written);
    throw error;
  } finally {
    client.stop();
  }
};
