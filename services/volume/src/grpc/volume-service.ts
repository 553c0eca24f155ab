import { type BoundService, bindService } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { allocateVolume } from './allocate-volume.ts';
import { batchDelete } from './batch-delete.ts';
import { checkGarbage, cleanUpCompaction, commitCompaction, startCompaction } from './compact-volume.ts';
import { configureVolume } from './configure-volume.ts';
import { consolidateIndex } from './consolidate-index.ts';
import { copyEcShards } from './copy-ec-shards.ts';
import { copyFile } from './copy-file.ts';
import { copyVolume } from './copy-volume.ts';
import { deleteEcBlob } from './delete-ec-blob.ts';
import { deleteEcShards } from './delete-ec-shards.ts';
import { deleteCollection, deleteVolume } from './delete-volume.ts';
import { describeEcShards } from './describe-ec-shards.ts';
import { fetchNeedle } from './fetch-needle.ts';
import { generateEcShards } from './generate-ec-shards.ts';
import { getFileStatus, getSyncStatus } from './get-volume-files.ts';
import { getVolumeStatus } from './get-volume-status.ts';
import type { GrpcContext } from './grpc-context.ts';
import { copyIncrement } from './incremental-copy.ts';
import { markVolumeReadonly, markVolumeWritable } from './mark-volume.ts';
import { mountEcShards, unmountEcShards } from './mount-ec-shards.ts';
import { mountVolume, unmountVolume } from './mount-volume.ts';
import { getNeedleStatus, readBlob, readMeta, writeBlob } from './needle-blobs.ts';
import { ping } from './ping.ts';
import { queryNeedles } from './query-needles.ts';
import { streamAllNeedles } from './read-all-needles.ts';
import { readEcShard } from './read-ec-shard.ts';
import { rebuildEcShards } from './rebuild-ec-shards.ts';
import { receiveFileStream } from './receive-file.ts';
import { restoreEcVolume } from './restore-ec-volume.ts';
import { scrubEcVolumes } from './scrub-ec-volume.ts';
import { scrubVolumes } from './scrub-volume.ts';
import { getState, leaveCluster, setState } from './server-state.ts';
import { getServerStatus } from './server-status.ts';
import { receiveTailOf, sendTail } from './tail-volume.ts';
import { tierFromRemote, tierToRemote } from './tier-volume.ts';

/** The methods of the control plane. What is not in this table answers UNIMPLEMENTED and is listed in the README. */
export function bindVolumeService(context: GrpcContext): BoundService {
  return bindService<VolumeServer>('volume_server_pb.VolumeServer', {
    AllocateVolume: (request) => allocateVolume(context, request),
    VolumeMount: (request) => mountVolume(context, request),
    VolumeUnmount: (request) => unmountVolume(context, request),
    VolumeDelete: (request, call) => deleteVolume(context, request, call),
    DeleteCollection: (request, call) => deleteCollection(context, request, call),
    VolumeMarkReadonly: (request) => markVolumeReadonly(context, request),
    VolumeMarkWritable: (request) => markVolumeWritable(context, request),
    VolumeConfigure: (request) => configureVolume(context, request),
    VolumeSyncStatus: (request) => getSyncStatus(context, request),
    ReadVolumeFileStatus: (request) => getFileStatus(context, request),
    VolumeStatus: (request) => getVolumeStatus(context, request),
    BatchDelete: (request) => batchDelete(context, request),
    ReadNeedleBlob: (request) => readBlob(context, request),
    ReadNeedleMeta: (request) => readMeta(context, request),
    WriteNeedleBlob: (request) => writeBlob(context, request),
    ReadAllNeedles: (request, call) => streamAllNeedles(context, request, call),
    VacuumVolumeCheck: (request) => checkGarbage(context, request),
    VacuumVolumeCompact: (request, call) => startCompaction(context, request, call),
    VacuumVolumeCommit: (request) => commitCompaction(context, request),
    VacuumVolumeCleanup: (request) => cleanUpCompaction(context, request),
    VolumeCopy: (request, call) => copyVolume(context, request, call),
    CopyFile: (request, call) => copyFile(context, request, call),
    ReceiveFile: (requests) => receiveFileStream(context, requests),
    VolumeIncrementalCopy: (request, call) => copyIncrement(context, request, call),
    VolumeTailSender: (request, call) => sendTail(context, request, call),
    VolumeTailReceiver: (request, call) => receiveTailOf(context, request, call),
    VolumeEcShardsGenerate: (request, call) => generateEcShards(context, request, call),
    VolumeEcShardsRebuild: (request, call) => rebuildEcShards(context, request, call),
    VolumeEcShardsCopy: (request, call) => copyEcShards(context, request, call),
    VolumeEcShardsDelete: (request) => deleteEcShards(context, request),
    VolumeEcShardsMount: (request, call) => mountEcShards(context, request, call),
    VolumeEcShardsUnmount: (request) => unmountEcShards(context, request),
    VolumeEcShardRead: (request, call) => readEcShard(context, request, call),
    VolumeEcBlobDelete: (request) => deleteEcBlob(context, request),
    VolumeEcShardsToVolume: (request, call) => restoreEcVolume(context, request, call),
    VolumeEcShardsInfo: (request) => describeEcShards(context, request),
    ScrubEcVolume: (request, call) => scrubEcVolumes(context, request, call),
    ScrubVolume: (request, call) => scrubVolumes(context, request, call),
    Query: (request) => queryNeedles(context, request),
    VolumeTierMoveDatToRemote: (request, call) => tierToRemote(context, request, call),
    VolumeTierMoveDatFromRemote: (request, call) => tierFromRemote(context, request, call),
    FetchAndWriteNeedle: (request, call) => fetchNeedle(context, request, call),
    VolumeConsolidateIndex: (request) => consolidateIndex(context, request),
    VolumeNeedleStatus: (request) => getNeedleStatus(context, request),
    VolumeServerStatus: () => getServerStatus(context),
    VolumeServerLeave: () => leaveCluster(context),
    GetState: () => getState(context),
    SetState: (request) => setState(context, request),
    Ping: (request, call) => ping(context, request, call),
  });
}
