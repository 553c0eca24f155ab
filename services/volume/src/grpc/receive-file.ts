import type {
  ReceiveFileInfo,
  ReceiveFileRequest,
  ReceiveFileResponseInit,
} from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { checkExtension } from '../core/transfer/copy-file.ts';
import { receiveFile } from '../core/transfer/receive-file.ts';
import type { IncomingFile } from '../core/transfer/transfer-ports.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Files that a mounted volume has open; to put others in their place would pull them away below it. */
const OPEN_EXTENSIONS: ReadonlySet<string> = new Set(['.dat', '.idx', '.vif', '.cpd', '.cpx', '.cpc', '.note', '.sdx']);

/** Takes one file: first what it is, then its bytes. What goes wrong is said in the answer, not by its status. */
export async function receiveFileStream(
  context: GrpcContext,
  requests: AsyncIterable<ReceiveFileRequest>,
): Promise<ReceiveFileResponseInit> {
  refuseInMaintenance(context);
  const messages = requests[Symbol.asyncIterator]();
  try {
    const first = await messages.next();
    if (first.done === true) return { bytes_written: 0 };
    const { info, data } = first.value;
    if (data === undefined) return { error: 'unknown message type' };
    if (info === undefined) return { error: 'file info must be sent first' };
    const file = await openTarget(context, info);
    return { bytes_written: await receiveFile(file, contentsOf(messages), Number(info.file_size)) };
  } catch (error) {
    if (error instanceof VolumeError) return { error: error.message };
    throw error;
  }
}

async function* contentsOf(messages: AsyncIterator<ReceiveFileRequest>): AsyncGenerator<Uint8Array> {
  for (let step = await messages.next(); step.done !== true; step = await messages.next()) {
    const { file_content } = step.value;
    if (file_content === undefined) throw new VolumeError('invalid-argument', 'unknown message type');
    yield file_content;
  }
}

async function openTarget(context: GrpcContext, info: ReceiveFileInfo): Promise<IncomingFile> {
  checkExtension(info.ext);
  checkCollection(info.collection);
  return info.is_ec_volume ? openShardTarget(context, info) : openVolumeTarget(context, info);
}

function openShardTarget({ registry, shardDisks }: GrpcContext, info: ReceiveFileInfo): Promise<IncomingFile> {
  const { volume_id: volumeId, disk_id: diskId } = info;
  const mountedOn = shardDisks(volumeId);
  if (mountedOn.length > 0) {
    throw new VolumeError(
      'invalid-argument',
      `ec volume ${volumeId} is mounted on disk_ids:[${mountedOn.join(' ')}]; unmount before ReceiveFile`,
    );
  }
  const { transfers } = registry.store;
  if (diskId >= transfers.directoryCount) {
    throw new VolumeError('invalid-argument', `invalid disk_id ${diskId}: only have ${transfers.directoryCount} disks`);
  }
  return transfers.receiveShardFile(targetOf(info), diskId);
}

async function openVolumeTarget({ registry }: GrpcContext, info: ReceiveFileInfo): Promise<IncomingFile> {
  const { volume_id: volumeId, ext, disk_type: diskType } = info;
  const volume = registry.get(volumeId);
  if (volume !== undefined) {
    if (OPEN_EXTENSIONS.has(ext)) {
      throw new VolumeError('invalid-argument', `volume ${volumeId} is mounted; unmount before ReceiveFile`);
    }
    return registry.store.transfers.receiveFile(volume.opened, ext);
  }
  if (diskType === '') throw new VolumeError('volume-not-found', `volume ${volumeId} not found`);
  const file = await registry.store.transfers.receiveStagedFile(targetOf(info), diskType === 'hdd' ? '' : diskType);
  if (file !== undefined) return file;
  throw new VolumeError('no-space', `no ${diskType} disk location with a free slot for volume ${volumeId}`);
}

function targetOf({ volume_id, collection, ext }: ReceiveFileInfo) {
  return { name: { volumeId: volume_id, collection }, extension: ext };
}
