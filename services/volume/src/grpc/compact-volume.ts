import { loadavg } from 'node:os';
import type { CallContext } from '@needlestack/rpc';
import type {
  VacuumVolumeCheckRequest,
  VacuumVolumeCleanupRequest,
  VacuumVolumeCommitRequest,
  VacuumVolumeCompactRequest,
  VacuumVolumeCompactResponseInit,
} from '@needlestack/rpc/wire/volume-server-pb';
import { countOutcome } from '../core/server-counters.ts';
import { garbageRatio } from '../core/volume/compact-volume.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Bytes between two reports of a compaction's progress. */
const REPORT_BYTES = 128 * 2 ** 20;

export function checkGarbage(context: GrpcContext, { volume_id }: VacuumVolumeCheckRequest) {
  return { garbage_ratio: garbageRatio(findCompactable(context, volume_id, 'check compact')) };
}

export async function* startCompaction(
  context: GrpcContext,
  { volume_id }: VacuumVolumeCompactRequest,
  { signal }: CallContext,
): AsyncGenerator<VacuumVolumeCompactResponseInit> {
  refuseInMaintenance(context);
  findCompactable(context, volume_id, 'compact');
  const ended = context.counters.vacuumBegun('compact');
  let isDone = false;
  let reportedBytes = 0;
  try {
    for await (const processedBytes of context.registry.compact(volume_id, signal)) {
      if (processedBytes - reportedBytes < REPORT_BYTES) continue;
      reportedBytes = processedBytes;
      yield { processed_bytes: processedBytes, load_avg_1m: loadavg()[0] };
    }
    isDone = true;
  } finally {
    ended(isDone);
  }
}

export async function commitCompaction(context: GrpcContext, { volume_id }: VacuumVolumeCommitRequest) {
  refuseInMaintenance(context);
  findCompactable(context, volume_id, 'commit compact');
  const ended = context.counters.vacuumBegun('commit');
  const volume = await countOutcome(ended, () => context.registry.commitCompaction(volume_id));
  return { is_read_only: !volume.isWritable, volume_size: volume.opened.file.endBytes };
}

export async function cleanUpCompaction(context: GrpcContext, { volume_id }: VacuumVolumeCleanupRequest) {
  refuseInMaintenance(context);
  findCompactable(context, volume_id, 'cleaning up');
  await context.registry.discardCompaction(volume_id);
  return {};
}

function findCompactable(context: GrpcContext, volumeId: number, during: string) {
  return findVolume(context, volumeId, 'volume id', `is not found during ${during}`);
}
