import { totalShards } from '@needlestack/erasure-coding';
import { VolumeError } from '@needlestack/service-contracts';
import type { EcNeedles } from '../shards/ec-needles.ts';
import type { EcEvents, ShardHolders } from '../shards/ec-ports.ts';
import type { EcRegistry } from '../shards/ec-registry.ts';
import type { EcVolume } from '../shards/ec-volume.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import { rebuildShard } from './mend-shard.ts';

export interface ShardMendParts {
  readonly shards: EcRegistry;
  readonly ecNeedles: EcNeedles;
  readonly events: EcEvents;
  readonly pacer: BytePacer;
}

export interface ShardMendRequest {
  /** Reads all shards here through and compares them with their checksums, at this rate; undefined looks at sizes alone. */
  readonly verifyBytesPerSecond: number | undefined;
  /** Shards here that reads found damaged or unreadable. */
  readonly suspects: ReadonlySet<number>;
  /** Shards that no server has, and that this one is to make again. */
  readonly missing: readonly number[];
}

export interface ShardMendReport {
  readonly mended: readonly number[];
  /** Damaged shards that could not be mended. */
  readonly damaged: readonly number[];
  /** Why, in words; empty when there are none. */
  readonly failure: string;
}

/**
 * Looks for shards of a volume on this server that are damaged, cut or gone, and makes them again out of the others, wherever those lie. A
 * new file takes the place of a damaged one only when it is whole.
 */
export function mendShards(
  parts: ShardMendParts,
  volume: EcVolume,
  request: ShardMendRequest,
  signal: AbortSignal,
): Promise<ShardMendReport> {
  const { shards, events } = parts;
  return shards.inTurn(volume.volumeId, async () => {
    const damaged = await findDamaged(parts, volume, request, signal);
    volume.distrusted = new Set(damaged.keys());
    const mended: number[] = [];
    let failure = '';
    for (const [shardId, reason] of damaged) {
      try {
        await mendOne(parts, volume, shardId, new Set(damaged.keys()), signal);
        damaged.delete(shardId);
        volume.distrusted = new Set(damaged.keys());
        mended.push(shardId);
        events.shardMended(volume.volumeId, shardId, reason);
      } catch (error) {
        signal.throwIfAborted();
        failure = error instanceof Error ? error.message : String(error);
      }
    }
    return { mended, damaged: [...damaged.keys()], failure };
  });
}

/** Shards that are not what they should be, and why. */
async function findDamaged(
  { shards }: ShardMendParts,
  volume: EcVolume,
  { verifyBytesPerSecond, suspects, missing }: ShardMendRequest,
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const { name, layout, info, diskIds } = volume;
  const damaged = new Map<number, string>(missing.map((shardId) => [shardId, 'no server has it']));
  const present = new Set(await shards.store.shardIdsOf(name));
  for (const [shardId, { file }] of volume.shards) {
    if (!present.has(shardId)) damaged.set(shardId, 'its file is gone');
    // Where the size of the volume is not known the layout goes by a shard, which may be the one that is cut.
    else if (info.datFileBytes > 0 && file.endBytes !== layout.shardBytes)
      damaged.set(shardId, `it had ${file.endBytes} bytes`);
  }
  const isSuspected = [...suspects].some((shardId) => volume.shards.has(shardId));
  if (!isSuspected && verifyBytesPerSecond === undefined) return damaged;
  const verdict = await shards.store.verify(name, diskIds, info.ratio, signal, isSuspected ? 0 : verifyBytesPerSecond);
  for (const { shardId, detail } of verdict.damaged) if (volume.shards.has(shardId)) damaged.set(shardId, detail);
  if (verdict.state === 'valid') return damaged;
  // Without checksums what reads have found is all there is to go by.
  for (const shardId of suspects) if (volume.shards.has(shardId)) damaged.set(shardId, 'a read found it damaged');
  return damaged;
}

/** Within the volume's turn. */
async function mendOne(
  { shards, ecNeedles, pacer }: ShardMendParts,
  volume: EcVolume,
  shardId: number,
  avoided: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<void> {
  const { name, layout, info, diskType } = volume;
  const holders: ShardHolders = await ecNeedles.findHolders(volume);
  const expected = await shards.store.expectShard(name, info.ratio, shardId);
  if (expected === undefined && info.datFileBytes === 0) {
    throw new VolumeError('io-error', `nothing says how long shard ${shardId} of volume ${name.volumeId} should be`);
  }
  const shardBytes = expected?.shardBytes ?? layout.shardBytes;
  const file = await shards.store.replaceShard(name, shardId);
  try {
    const blocks = rebuildShard(
      ecNeedles.readerOf(volume, 0n, holders),
      { shardId, shardBytes, expected, avoided },
      pacer,
      signal,
    );
    for await (const block of blocks) await file.write(block);
  } catch (error) {
    await file.discard();
    throw error;
  }
  await file.keep();
  await shards.unmount(name.volumeId, shardId, 0n);
  await shards.mount(name, shardId, diskType);
}

/** Shards of a volume that nobody has: not mounted here, and without a holder elsewhere. */
export function missingShards(volume: EcVolume, holders: ShardHolders): number[] {
  const all = Array.from({ length: totalShards(volume.info.ratio) }, (_, shardId) => shardId);
  return all.filter((shardId) => !volume.shards.has(shardId) && !holders.has(shardId));
}
