import { setTimeout as pause } from 'node:timers/promises';
import { NEEDLE_HEADER_BYTES } from '@needlestack/needle-format';
import type { CallContext } from '@needlestack/rpc';
import type {
  VolumeTailReceiverRequest,
  VolumeTailSenderRequest,
  VolumeTailSenderResponseInit,
} from '@needlestack/rpc/wire/volume-server-pb';
import { LIMITS } from '../core/limits.ts';
import { receiveTail } from '../core/transfer/receive-tail.ts';
import { tailVolume } from '../core/transfer/tail-volume.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Records as they are appended. Without an idle time it goes on until the client leaves or this server stops. */
export async function* sendTail(
  context: GrpcContext,
  request: VolumeTailSenderRequest,
  { signal, stopping }: CallContext,
): AsyncGenerator<VolumeTailSenderResponseInit> {
  const volume = findVolume(context, request.volume_id);
  const { version } = volume.opened.superblock;
  const wanted = {
    sinceNs: BigInt(request.since_ns),
    idleRoundsMax: request.idle_timeout_seconds,
    pauseMs: context.tailPauseMs,
  };
  const ended = AbortSignal.any([signal, stopping]);
  const wait = (ms: number): Promise<void> => pause(ms, undefined, { signal: ended }).catch(() => undefined);
  for await (const step of tailVolume(volume, wanted, wait, ended)) {
    if (step.kind === 'idle') {
      yield { is_last_chunk: true, version };
      continue;
    }
    // The record's memory is used again for the next one, and a message may still wait for the wire.
    const record = Buffer.from(step.record.record);
    const header = record.subarray(0, NEEDLE_HEADER_BYTES);
    for (let at = NEEDLE_HEADER_BYTES; at < record.length; at += LIMITS.streamPartBytes) {
      const end = Math.min(at + LIMITS.streamPartBytes, record.length);
      yield {
        needle_header: header,
        needle_body: record.subarray(at, end),
        is_last_chunk: end === record.length,
        version,
      };
    }
  }
}

/** Does here what another server does to its copy of the volume, until that has been idle for so long. */
export async function receiveTailOf(context: GrpcContext, request: VolumeTailReceiverRequest, { signal }: CallContext) {
  refuseInMaintenance(context);
  const volume = findVolume(context, request.volume_id, 'receiver not found volume id');
  const wanted = {
    volumeId: request.volume_id,
    sinceNs: BigInt(request.since_ns),
    idleTimeoutSeconds: request.idle_timeout_seconds,
  };
  await receiveTail(volume, context.sources.tail(request.source_volume_server, wanted, signal));
  return {};
}
