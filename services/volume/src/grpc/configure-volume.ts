import { FormatError, parseReplicaPlacement } from '@needlestack/needle-format';
import type { VolumeConfigureRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Changes the replication of a volume. What goes wrong is said in the answer, not by its status. */
export async function configureVolume(context: GrpcContext, { volume_id, replication }: VolumeConfigureRequest) {
  refuseInMaintenance(context);
  try {
    await context.registry.setReplication(volume_id, parseReplicaPlacement(replication));
    return {};
  } catch (error) {
    if (error instanceof FormatError) return { error: `volume configure replication ${replication}: ${error.message}` };
    if (!(error instanceof VolumeError)) throw error;
    const missing = `volume ${volume_id} not found on disk. Also failed to restore mount: volume ${volume_id} not found on disk`;
    return { error: error.code === 'volume-not-found' ? missing : error.message };
  }
}
