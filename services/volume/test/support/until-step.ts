/**
 * A volume server that ends with a kill when it comes to the given step for the given time, while it does what it is told to volume 1 of its directory.
 * Arguments: operation, step, occurrence, directory, and the server to copy from or the endpoint of the store to move to.
 */
import { flushCompileCache } from 'node:module';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../../src/index.ts';
import { coldBackend } from './cold-backend.ts';

const [operation = '', wantedStep = '', wantedTime = '1', path = '', source = ''] = process.argv.slice(2);
const ALL_SHARDS = [...Array(14).keys()];
let seen = 0;

function onStep(step: string): void {
  if (step !== wantedStep) return;
  seen += 1;
  if (seen === Number(wantedTime)) process.kill(process.pid, 'SIGKILL');
}

async function endOf(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

const service = await startVolumeService({
  directories: [{ path, volumesMax: 20 }],
  onEcStep: onStep,
  onTierStep: onStep,
  ...(source.startsWith('http') ? { storageBackends: [coldBackend(source)] } : {}),
});
const { call } = createGrpcClient<VolumeServer>({
  address: `127.0.0.1:${service.grpcPort}`,
  protos: loadProtos(['volume_server.proto']),
  service: 'volume_server_pb.VolumeServer',
});
// A process that is killed would leave nothing for the next one.
flushCompileCache();
switch (operation) {
  case 'generate':
    await call.VolumeEcShardsGenerate({ volume_id: 1 });
    break;
  case 'rebuild':
    await call.VolumeEcShardsRebuild({ volume_id: 1 });
    break;
  case 'decode':
    await call.VolumeEcShardsToVolume({ volume_id: 1 });
    break;
  case 'delete':
    await call.VolumeEcShardsDelete({ volume_id: 1, shard_ids: ALL_SHARDS });
    break;
  case 'there':
    await endOf(call.VolumeTierMoveDatToRemote({ volume_id: 1, destination_backend_name: 's3.cold' }));
    break;
  case 'back':
    await endOf(call.VolumeTierMoveDatFromRemote({ volume_id: 1 }));
    break;
  case 'copy':
    await call.VolumeEcShardsCopy({
      volume_id: 1,
      source_data_node: source,
      shard_ids: ALL_SHARDS,
      copy_ecx_file: true,
      copy_ecj_file: true,
      copy_vif_file: true,
      copy_ecsum_file: true,
    });
    break;
}
process.exit(0);
