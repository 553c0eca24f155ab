import type { CallContext } from '@needlestack/rpc';
import type {
  VolumeIncrementalCopyRequest,
  VolumeIncrementalCopyResponseInit,
} from '@needlestack/rpc/wire/volume-server-pb';
import { findAppendedAfter } from '../core/append/append-position.ts';
import { LIMITS } from '../core/limits.ts';
import { recordSource } from '../core/needles/read-record.ts';
import { findVolume, type GrpcContext } from './grpc-context.ts';

/** The end of a data file, from the first record appended after a time. Nothing when there is none. */
export async function* copyIncrement(
  context: GrpcContext,
  request: VolumeIncrementalCopyRequest,
  { signal }: CallContext,
): AsyncGenerator<VolumeIncrementalCopyResponseInit> {
  const volume = findVolume(context, request.volume_id);
  const startBytes = await findAppendedAfter(volume, BigInt(request.since_ns));
  if (startBytes === undefined) return;
  const source = recordSource(volume.opened);
  for (let at = startBytes; at < source.lengthBytes; ) {
    signal.throwIfAborted();
    const content = await source.read(at, Math.min(LIMITS.streamPartBytes, source.lengthBytes - at));
    if (content.length === 0) return;
    yield { file_content: content };
    at += content.length;
  }
}
