import type { EcNeedles } from './ec-needles.ts';
import type { ShardPeers } from './ec-ports.ts';
import type { EcRegistry } from './ec-registry.ts';
import type { BytePacer } from './pace-bytes.ts';
import type { Clock } from './ports.ts';
import type { VolumeSources } from './transfer-ports.ts';
import type { VolumeRegistry } from './volume-registry.ts';

/** What operations on shards work with. */
export interface EcContext {
  readonly registry: VolumeRegistry;
  readonly shards: EcRegistry;
  readonly ecNeedles: EcNeedles;
  readonly shardPeers: ShardPeers;
  readonly sources: VolumeSources;
  readonly clock: Clock;
  /** Keeps a copy below a rate in bytes a second; below this server's own when 0. */
  readonly pacer: (bytesPerSecond: number) => BytePacer;
}
