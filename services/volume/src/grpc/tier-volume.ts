import { setTimeout as pause } from 'node:timers/promises';
import type { RemoteFile } from '@needlestack/needle-format';
import { type CallContext, RpcError } from '@needlestack/rpc';
import type {
  VolumeTierMoveDatFromRemoteRequest,
  VolumeTierMoveDatFromRemoteResponseInit,
  VolumeTierMoveDatToRemoteRequest,
  VolumeTierMoveDatToRemoteResponseInit,
} from '@needlestack/rpc/wire/volume-server-pb';
import { parseStorageName, type RemoteStorage, storageNameOf } from '../core/tiering/remote-ports.ts';
import { moveFromRemote, moveToRemote, type TierParts } from '../core/tiering/tier-volume.ts';
import type { Volume } from '../core/volume/volume.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

const REPORT_MS = 1_000;

/** Moves the data of a volume to another store. One that is there already stays where it is. */
export async function* tierToRemote(
  context: GrpcContext,
  request: VolumeTierMoveDatToRemoteRequest,
  { signal }: CallContext,
): AsyncGenerator<VolumeTierMoveDatToRemoteResponseInit> {
  refuseInMaintenance(context);
  const volume = findOfCollection(context, request.volume_id, request.collection);
  if (volume.opened.remote !== undefined) return;
  const name = request.destination_backend_name;
  const storage = context.storages.get(name);
  if (storage === undefined) {
    throw new RpcError('unknown', `destination ${name} not found, supported: [${context.storages.names.join(' ')}]`);
  }
  const wanted = parseStorageName(name);
  const isThere = volume.opened.info.files.some(
    ({ backendType, backendId }) => backendType === wanted?.type && backendId === wanted.id,
  );
  if (isThere) throw new RpcError('unknown', `destination ${name} already exists`);
  const totalBytes = volume.opened.file.endBytes;
  yield* reportMove(context, volume, storage, totalBytes, signal, (parts) =>
    moveToRemote(volume, parts, request.keep_local_dat_file),
  );
}

/** Fetches the data of a volume back. */
export async function* tierFromRemote(
  context: GrpcContext,
  request: VolumeTierMoveDatFromRemoteRequest,
  { signal }: CallContext,
): AsyncGenerator<VolumeTierMoveDatFromRemoteResponseInit> {
  const volume = findOfCollection(context, request.volume_id, request.collection);
  const file = volume.opened.remote;
  if (file === undefined) throw new RpcError('unknown', `volume ${request.volume_id} is already on local disk`);
  const storage = storageOf(context, file);
  yield* reportMove(context, volume, storage, Number(file.fileSize), signal, (parts) =>
    moveFromRemote(volume, file, parts, request.keep_remote_dat_file),
  );
}

function findOfCollection(context: GrpcContext, volumeId: number, collection: string): Volume {
  const volume = findVolume(context, volumeId, 'volume', 'not found');
  if (volume.collection === collection) return volume;
  throw new RpcError('unknown', `existing collection:${volume.collection} unexpected input: ${collection}`);
}

function storageOf({ storages }: GrpcContext, file: RemoteFile): RemoteStorage {
  const name = storageNameOf(file);
  const storage = storages.get(name);
  if (storage !== undefined) return storage;
  throw new RpcError('unknown', `remote storage ${name} not found from supported: [${storages.names.join(' ')}]`);
}

/** Says once a second how far a move has come. Nothing else changes the volume meanwhile. */
async function* reportMove(
  context: GrpcContext,
  volume: Volume,
  storage: RemoteStorage,
  totalBytes: number,
  signal: AbortSignal,
  move: (parts: TierParts) => Promise<void>,
): AsyncGenerator<{ processed: number; processedPercentage: number }> {
  let movedBytes = 0;
  const onProgress = (bytes: number): void => {
    movedBytes = bytes;
  };
  const { registry, storages, onTierStep } = context;
  const moving = registry.whileHeld(volume.volumeId, () =>
    move({ store: registry.store, storages, storage, onProgress, onStep: onTierStep, signal }),
  );
  const ended = moving.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, pause(REPORT_MS, false)]))) {
    yield { processed: movedBytes, processedPercentage: totalBytes === 0 ? 100 : (movedBytes * 100) / totalBytes };
  }
  await moving;
  context.announce();
}
