import { type CallContext, RpcError } from '@needlestack/rpc';
import type { ScrubVolumeRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { type ScrubMode, scrubVolume } from '../core/scrub/scrub-volume.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** A volume that lies here alone has nothing but local records, so that LOCAL is FULL. */
const SCRUB_MODES: Readonly<Record<string, ScrubMode>> = { INDEX: 'index', FULL: 'full', LOCAL: 'full' };

/** The numbers of the modes, which clients know errors by. */
const MODE_NUMBERS: Readonly<Record<string, number>> = { UNKNOWN: 0, CHECKSUM: 4 };

/** Reads volumes through: those named, or all. */
export async function scrubVolumes(context: GrpcContext, request: ScrubVolumeRequest, { signal }: CallContext) {
  const ids =
    request.volume_ids.length > 0 ? request.volume_ids : context.registry.list().map(({ volumeId }) => volumeId);
  const mode = SCRUB_MODES[request.mode];
  const pacer = context.pacer(0);
  const details: string[] = [];
  const brokenIds: number[] = [];
  let files = 0;
  for (const volumeId of ids) {
    const volume = findVolume(context, volumeId, 'volume id', 'not found');
    if (mode === undefined) {
      const number = MODE_NUMBERS[request.mode] ?? request.mode;
      throw new RpcError('unknown', `unsupported volume scrub mode ${number}`);
    }
    const report = await scrubVolume(volume, mode, pacer, signal);
    files += report.needles;
    if (report.faults.length === 0) continue;
    brokenIds.push(volumeId);
    details.push(...report.faults);
  }
  if (request.mark_broken_volumes_readonly) {
    for (const volumeId of brokenIds) details.push(await markReadOnly(context, volumeId));
  }
  context.counters.scrubbed(request.mode, brokenIds.length, 0);
  return { total_volumes: ids.length, total_files: files, broken_volume_ids: brokenIds, details };
}

async function markReadOnly(context: GrpcContext, volumeId: number): Promise<string> {
  refuseInMaintenance(context);
  await context.registry.markReadOnly(volumeId, true);
  context.announce();
  return `volume ${volumeId} is now read-only`;
}
