import { type CallContext, RpcError } from '@needlestack/rpc';
import type { VolumeCopyRequest, VolumeCopyResponseInit } from '@needlestack/rpc/wire/volume-server-pb';
import { LIMITS } from '../core/limits.ts';
import { fetchVolume } from '../core/transfer/copy-volume.ts';
import type { SourceVolumeStatus } from '../core/transfer/transfer-ports.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Copies a volume from another server and mounts it. The last answer says up to when it holds everything. */
export async function* copyVolume(
  context: GrpcContext,
  request: VolumeCopyRequest,
  { signal }: CallContext,
): AsyncGenerator<VolumeCopyResponseInit> {
  refuseInMaintenance(context);
  const { registry, sources } = context;
  const { volume_id: volumeId, source_data_node: source } = request;
  if (source === '') throw new RpcError('invalid-argument', 'source_data_node is empty');
  const pacer = context.pacer(Number(request.io_byte_per_second));
  const diskType = request.disk_type === '' ? undefined : request.disk_type === 'hdd' ? '' : request.disk_type;
  let status: SourceVolumeStatus | undefined;
  const steps = registry.replaceBy(volumeId, async function* () {
    const parts = { sources, transfers: registry.store.transfers, pacer };
    const copied = yield* fetchVolume(parts, { volumeId, source, diskType }, signal);
    status = copied.status;
    return copied.arrival;
  });
  let reportedBytes = 0;
  for await (const processedBytes of steps) {
    if (processedBytes - reportedBytes < LIMITS.copyReportBytes) continue;
    reportedBytes = processedBytes;
    yield { processed_bytes: processedBytes };
  }
  const { lastAppendAtNs } = registry.require(volumeId).opened;
  const datModifiedAtNs = BigInt(status?.datModifiedAtSeconds ?? 0) * 1_000_000_000n;
  yield { last_append_at_ns: lastAppendAtNs > 0n ? lastAppendAtNs : datModifiedAtNs };
}
