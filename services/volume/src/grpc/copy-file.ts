import { encodeJournalEntry } from '@needlestack/erasure-coding';
import { type CallContext, RpcError } from '@needlestack/rpc';
import type { CopyFileRequest, CopyFileResponseInit } from '@needlestack/rpc/wire/volume-server-pb';
import { listDeletions } from '../core/shards/list-deletions.ts';
import { checkExtension, readFileParts } from '../core/transfer/copy-file.ts';
import type { SourceFile } from '../core/transfer/transfer-ports.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import { findVolume, type GrpcContext } from './grpc-context.ts';

const JOURNAL_EXTENSION = '.ecj';
/** A client that does not care how often the volume was compacted. */
const ANY_REVISION = 0xffffffff;

/** The bytes of one file of a volume, up to a position. */
export async function* copyFile(
  context: GrpcContext,
  request: CopyFileRequest,
  { signal }: CallContext,
): AsyncGenerator<CopyFileResponseInit> {
  checkExtension(request.ext);
  checkCollection(request.collection);
  const file = request.is_ec_volume
    ? await openShardFile(context, request, signal)
    : await openVolumeFile(context, request);
  const stopBytes = toStopBytes(request.stop_offset);
  if (file === undefined) {
    if (request.ignore_source_file_not_found || (stopBytes === 0 && !request.is_ec_volume)) return;
    if (request.is_ec_volume) throw new RpcError('unknown', `CopyFile not found ec volume id ${request.volume_id}`);
    throw new RpcError('unknown', `volume ${request.volume_id} has no ${request.ext} file`);
  }
  for await (const { content, modifiedAtNs } of readFileParts(file, stopBytes, signal)) {
    yield { file_content: content, modified_ts_ns: modifiedAtNs };
  }
}

async function openVolumeFile(context: GrpcContext, request: CopyFileRequest): Promise<SourceFile | undefined> {
  const volume = findVolume(context, request.volume_id);
  const { compactionRevision } = volume.opened.superblock;
  if (request.compaction_revision !== ANY_REVISION && request.compaction_revision !== compactionRevision) {
    throw new RpcError('unknown', `volume ${request.volume_id} is compacted`);
  }
  await volume.opened.log.flush();
  return context.registry.store.transfers.openFile(volume.opened, request.ext);
}

async function openShardFile(
  { registry, shards, clock }: GrpcContext,
  request: CopyFileRequest,
  signal: AbortSignal,
): Promise<SourceFile | undefined> {
  const name = { volumeId: request.volume_id, collection: request.collection };
  const mounted = request.ext === JOURNAL_EXTENSION ? shards.get(request.volume_id) : undefined;
  if (mounted !== undefined && mounted.collection === request.collection) {
    const ids = await listDeletions(mounted.shared, signal);
    if (ids.size > 0) return asFile(Buffer.concat([...ids].map(encodeJournalEntry)), clock.nowNs());
  }
  return registry.store.transfers.openShardFile(name, request.ext);
}

function asFile(content: Buffer, modifiedAtNs: bigint): SourceFile {
  return {
    modifiedAtNs,
    lengthBytes: content.length,
    read: async (at, lengthBytes) => content.subarray(at, at + lengthBytes),
    close: async () => undefined,
  };
}

/** The largest number stands for "to the end". */
function toStopBytes(text: string): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}
