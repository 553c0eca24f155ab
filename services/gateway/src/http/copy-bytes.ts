/** Stores the bytes of one object again, for CopyObject and UploadPartCopy. Needles have one owner, so a copy has its own. */

import { SMALL_OBJECT_MAX_BYTES, type StoredObject } from '@needlestack/object-io';
import type { ByteRange, ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import type { GatewayContext } from './gateway-context.ts';
import { holdConnection, letGo } from './held-connections.ts';
import { discardChunks } from './receive-object.ts';
import type { S3Exchange } from './s3-exchange.ts';
import { watchClient } from './watch-client.ts';

/** Rejects with VolumeError; what was written by then is given to the collector. */
export const copyBytes = (
  exchange: S3Exchange,
  context: GatewayContext,
  source: ObjectVersion,
  range: ByteRange | undefined,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<StoredObject> => {
  // Nothing moves on the connection while we work or wait for our turn: that is not the client's silence.
  const { socket } = exchange.request;
  holdConnection(socket);
  return context.copyPermits.use(() => copy(exchange, context, source, range, algorithms)).finally(() => letGo(socket));
};

const copy = async (
  exchange: S3Exchange,
  context: GatewayContext,
  source: ObjectVersion,
  range: ByteRange | undefined,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<StoredObject> => {
  const sizeBytes = range?.lengthBytes ?? source.sizeBytes;
  const client = watchClient(exchange.response);
  const upload = context.writer.begin({ sizeBytes, algorithms, signal: client.signal });
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
    discardChunks(context, await upload.abort());
    throw error;
  } finally {
    client.stop();
  }
};
