import { crc32c, hasFlag, maskCrc32c, NEEDLE_FLAG } from '@needlestack/needle-format';
import type { CallContext } from '@needlestack/rpc';
import type { ReadAllNeedlesRequest, ReadAllNeedlesResponseInit } from '@needlestack/rpc/wire/volume-server-pb';
import { readAllNeedles } from '../core/needles/needle-blob.ts';
import { findVolume, type GrpcContext } from './grpc-context.ts';

/** The live needles of the volumes one after the other, each in the order of its file. */
export async function* streamAllNeedles(
  context: GrpcContext,
  request: ReadAllNeedlesRequest,
  { signal }: CallContext,
): AsyncGenerator<ReadAllNeedlesResponseInit> {
  for (const volumeId of request.volume_ids) {
    for await (const needle of readAllNeedles(findVolume(context, volumeId), signal)) {
      yield {
        volume_id: volumeId,
        needle_id: needle.id,
        cookie: needle.cookie,
        needle_blob: needle.data,
        needle_blob_compressed: hasFlag(needle.flags, NEEDLE_FLAG.compressed),
        last_modified: needle.lastModifiedSeconds,
        crc: maskCrc32c(crc32c(needle.data)),
        name: needle.name,
        mime: needle.mime,
      };
    }
  }
}
