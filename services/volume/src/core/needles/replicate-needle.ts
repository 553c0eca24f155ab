import type { FileId, Needle } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { ReplicaPeers, VolumeEvents } from '../ports.ts';
import type { ReplicatedOperation, ServerCounters } from '../server-counters.ts';
import type { Volume } from '../volume/volume.ts';
import { deleteNeedle } from './delete-needle.ts';
import { type WriteOutcome, writeNeedle } from './write-needle.ts';

export interface Replication {
  readonly peers: ReplicaPeers;
  readonly events: Pick<VolumeEvents, 'replicaFailed'>;
  readonly counters: Pick<ServerCounters, 'replicationBegun'>;
}

export interface ReplicatedRequest {
  readonly fsync?: boolean;
  readonly authorization?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a needle here and on every other holder. Holders are counted before anything is written. When one fails, the needle is
 * deleted here again if it was new, so that no copy outlives a refusal: the caller then knows that the write did not happen.
 * @throws VolumeError `replication-failed`, `unreachable`, and everything of `writeNeedle`
 */
export async function writeReplicated(
  replication: Replication,
  volume: Volume,
  needle: Needle,
  request: ReplicatedRequest & { readonly skipUnchanged?: boolean },
): Promise<WriteOutcome> {
  const others = await requireHolders(replication.peers, volume, request.signal);
  const wasThere = isLive(volume, needle.id);
  const outcome = await writeNeedle(volume, needle, request);
  const fileId = fileIdOf(volume, needle);
  const fsync = request.fsync === true;
  const write = { fileId, needle, fsync, authorization: request.authorization };
  const failures = await onEach(replication, 'write', volume.volumeId, others, (url) =>
    replication.peers.write(url, write, request.signal),
  );
  if (failures.length === 0) return outcome;
  if (!wasThere) await deleteNeedle(volume, needle.id, { cookie: needle.cookie }).catch(() => undefined);
  throw replicationFailed('write to', volume.volumeId, failures);
}

/**
 * Writes a needle of a volume that is not here to all its holders. False when there are none.
 * @throws VolumeError `replication-failed`, `unreachable`
 */
export async function writeElsewhere(
  replication: Replication,
  fileId: FileId,
  needle: Needle,
  request: ReplicatedRequest,
): Promise<boolean> {
  const { volumeId } = fileId;
  const holders = await replication.peers.otherHolders(volumeId, 1, request.signal);
  const write = { fileId, needle, fsync: request.fsync === true, authorization: request.authorization };
  const failures = await onEach(replication, 'write', volumeId, holders, (url) =>
    replication.peers.write(url, write, request.signal),
  );
  if (failures.length > 0) throw replicationFailed('write to', volumeId, failures);
  return holders.length > 0;
}

/**
 * Deletes a needle here and on every other holder. Resolves with its size field, undefined when it was not here. Holders are counted
 * first: the copy on one that is away would outlive the deletion, and nobody would ask for it again.
 * @throws VolumeError `replication-failed`, `unreachable`, and everything of `deleteNeedle`
 */
export async function deleteReplicated(
  replication: Replication,
  volume: Volume,
  id: bigint,
  cookie: number,
  request: ReplicatedRequest,
): Promise<number | undefined> {
  const others = await requireHolders(replication.peers, volume, request.signal);
  const deletedBytes = await deleteNeedle(volume, id, { cookie, fsync: request.fsync === true });
  const remove = { fileId: { volumeId: volume.volumeId, key: id, cookie }, authorization: request.authorization };
  const failures = await onEach(replication, 'delete', volume.volumeId, others, (url) =>
    replication.peers.delete(url, remove, request.signal),
  );
  if (failures.length > 0) throw replicationFailed('delete on', volume.volumeId, failures);
  return deletedBytes;
}

async function requireHolders(
  peers: ReplicaPeers,
  volume: Volume,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  if (volume.copies === 1) return [];
  const others = await peers.otherHolders(volume.volumeId, volume.copies - 1, signal);
  if (others.length + 1 >= volume.copies) return others;
  throw new VolumeError(
    'replication-failed',
    `replicating operations [${others.length + 1}] is less than volume ${volume.volumeId} replication copy count [${volume.copies}]`,
  );
}

async function onEach(
  { events, counters }: Replication,
  operation: ReplicatedOperation,
  volumeId: number,
  urls: readonly string[],
  act: (url: string) => Promise<void>,
): Promise<readonly Error[]> {
  if (urls.length === 0) return [];
  const failures: Error[] = [];
  const ended = counters.replicationBegun(operation, urls.length);
  await Promise.all(
    urls.map(async (url) => {
      try {
        await act(url);
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        events.replicaFailed(volumeId, url, failure);
        failures.push(failure);
      }
    }),
  );
  ended(failures[0]);
  return failures;
}

function replicationFailed(what: string, volumeId: number, failures: readonly Error[]): VolumeError {
  const messages = failures.map(({ message }) => message).join('; ');
  return new VolumeError('replication-failed', `failed to ${what} replicas for volume ${volumeId}: ${messages}`, {
    cause: failures[0],
  });
}

function isLive(volume: Volume, id: bigint): boolean {
  return (volume.opened.index.get(id)?.sizeBytes ?? -1) >= 0;
}

function fileIdOf(volume: Volume, needle: Needle): FileId {
  return { volumeId: volume.volumeId, key: needle.id, cookie: needle.cookie };
}
