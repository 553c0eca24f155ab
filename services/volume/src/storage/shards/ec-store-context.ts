import type { EcEvents, EcStep } from '../../core/shards/ec-ports.ts';
import type { FileSystem } from '../files/file-system.ts';
import type { EcDirectory } from './ec-paths.ts';

/** What everything about shards on disk works with. */
export interface EcStoreContext {
  readonly directories: readonly EcDirectory[];
  readonly files: FileSystem;
  readonly events: EcEvents;
  readonly nowMs: () => number;
  /** Called when a step is done. Tests kill the process in it. */
  readonly onStep: (step: EcStep) => void;
  /** How many further volumes the disk has room for; shards count as the tenth part of one. */
  readonly roomOf: (diskId: number) => Promise<number>;
}
