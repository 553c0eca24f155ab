import { FormatError } from '@needlestack/needle-format';

/** Into how many shards a volume is cut: as many as `parityShards` of them may be lost. */
export interface ShardRatio {
  readonly dataShards: number;
  readonly parityShards: number;
}

export const DEFAULT_SHARD_RATIO: ShardRatio = { dataShards: 10, parityShards: 4 };

/** Shards of a volume travel as a bitmap of 32 bits. */
export const SHARDS_MAX = 32;

export function totalShards({ dataShards, parityShards }: ShardRatio): number {
  return dataShards + parityShards;
}

export function isShardRatio({ dataShards, parityShards }: ShardRatio): boolean {
  return dataShards >= 1 && parityShards >= 1 && dataShards + parityShards <= SHARDS_MAX;
}

/** The ratio of a `.vif`, or the usual one when it says none or an impossible one. */
export function shardRatioOf(config: ShardRatio | undefined): ShardRatio {
  if (config === undefined || !isShardRatio(config)) return DEFAULT_SHARD_RATIO;
  return { dataShards: config.dataShards, parityShards: config.parityShards };
}

/** @throws FormatError `out-of-range` */
export function assertShardRatio(ratio: ShardRatio): void {
  if (isShardRatio(ratio)) return;
  throw new FormatError(
    'out-of-range',
    `${ratio.dataShards} data and ${ratio.parityShards} parity shards, expected at least one each and at most ${SHARDS_MAX} in all`,
  );
}

const SHARD_EXTENSION = /^\.ec(\d{2})$/;

/** `.ec00` and so on. */
export function shardExtension(shardId: number): string {
  return `.ec${String(shardId).padStart(2, '0')}`;
}

/** The shard that an extension names, or undefined when it names none. */
export function parseShardExtension(extension: string): number | undefined {
  const digits = SHARD_EXTENSION.exec(extension)?.[1];
  const shardId = digits === undefined ? SHARDS_MAX : Number(digits);
  return shardId < SHARDS_MAX ? shardId : undefined;
}
