import type { Clock } from '../ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import type { VolumeSources } from '../transfer/transfer-ports.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import type { EcNeedles } from './ec-needles.ts';
import type { ShardPeers } from './ec-ports.ts';
import type { EcRegistry } from './ec-registry.ts';

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
