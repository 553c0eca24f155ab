import { type ReplicaPlacement, replicaCopies, replicaPlacementFromByte } from '@needlestack/needle-format';
import { CROWDED_RATIO, PICK_SAMPLES } from './limits.ts';
import type { PlacementWish } from './plan-placement.ts';
import type { Random } from './ports.ts';
import { type LayoutKey, layoutName, type VolumeRecord } from './volume-record.ts';
import type { VolumeServerNode } from './volume-server-node.ts';

/** One volume with all its copies. */
export interface IndexedVolume {
  readonly id: number;
  layout: LayoutKey;
  readonly replicas: Map<VolumeServerNode, VolumeRecord>;
  /** Bytes assigned since the last report, expected to arrive. */
  pendingBytes: number;
}

/** The volumes that are alike: where a file with these wishes may go. */
export interface Layout {
  readonly key: LayoutKey;
  readonly volumes: Set<IndexedVolume>;
}

interface LayoutState extends Layout {
  /** Undefined when something changed since it was made. */
  writables: readonly IndexedVolume[] | undefined;
  crowded: number;
  /** The volume that is being filled on each set of disks. */
  readonly filling: Map<string, IndexedVolume>;
}

export interface VolumeIndexOptions {
  readonly volumeSizeLimitBytes: number;
  /** A volume with more copies than its placement asks for is writable too. */
  readonly placementIsMinimum: boolean;
}

/** Knows every volume by id and by layout, and which are writable. Kept by Topology; servers are the owners of the facts. */
export class VolumeIndex {
  readonly #options: VolumeIndexOptions;
  readonly #volumes = new Map<number, IndexedVolume>();
  readonly #layouts = new Map<string, LayoutState>();
  /** Volumes that are written to no more than was promised. */
  readonly #held = new Set<number>();

  constructor(options: VolumeIndexOptions) {
    this.#options = options;
  }

  get volumeSizeLimitBytes(): number {
    return this.#options.volumeSizeLimitBytes;
  }

  find(volumeId: number): IndexedVolume | undefined {
    return this.#volumes.get(volumeId);
  }

  get volumes(): Iterable<IndexedVolume> {
    return this.#volumes.values();
  }

  get layouts(): Iterable<Layout> {
    return this.#layouts.values();
  }

  /** Adds or renews what one server says of one volume. */
  put(server: VolumeServerNode, record: VolumeRecord): void {
    let volume = this.#volumes.get(record.id);
    if (volume === undefined) {
      volume = { id: record.id, layout: layoutOf(record), replicas: new Map(), pendingBytes: 0 };
      this.#volumes.set(record.id, volume);
      this.#layoutState(volume.layout).volumes.add(volume);
    } else if (layoutName(volume.layout) !== layoutName(record)) {
      this.#dropFromLayout(volume);
      volume.layout = layoutOf(record);
      this.#layoutState(volume.layout).volumes.add(volume);
    }
    volume.replicas.set(server, record);
    volume.pendingBytes = 0;
    this.#touch(volume);
  }

  remove(server: VolumeServerNode, volumeId: number): void {
    const volume = this.#volumes.get(volumeId);
    if (volume === undefined || !volume.replicas.delete(server)) return;
    this.#touch(volume);
    if (volume.replicas.size > 0) return;
    this.#volumes.delete(volumeId);
    this.#dropFromLayout(volume);
  }

  /**
   * A volume to write to, or undefined when none of the layout is writable where it is wished. Disks are chosen by chance and room; on
   * the same disks one volume is filled before the next, because writes to one volume share their syncs and writes to several do not.
   */
  pick(key: LayoutKey, wish: PlacementWish, random: Random): IndexedVolume | undefined {
    const layout = this.#layouts.get(layoutName(key));
    if (layout === undefined) return undefined;
    const writables = this.#refresh(layout);
    const fitting =
      wish.dataCenter === '' && wish.rack === '' && wish.dataNode === ''
        ? writables
        : writables.filter((volume) => liesWhereWished(volume, wish));
    let best: IndexedVolume | undefined;
    for (let sample = 0; sample < PICK_SAMPLES && fitting.length > 0; sample++) {
      const volume = fitting[Math.floor(random.fraction() * fitting.length)];
      if (volume !== undefined && (best === undefined || expectedBytes(volume) < expectedBytes(best))) best = volume;
    }
    if (best === undefined) return undefined;
    const disks = disksOf(best);
    const current = layout.filling.get(disks);
    if (current !== undefined && writables.includes(current) && disksOf(current) === disks) return current;
    layout.filling.set(disks, best);
    return best;
  }

  /** Counts bytes that were assigned to a volume; a volume that they would fill is writable no more. */
  expectBytes(volume: IndexedVolume, bytes: number): void {
    const wasWritable = this.#isWritable(volume);
    volume.pendingBytes += bytes;
    if (wasWritable !== this.#isWritable(volume)) this.#touch(volume);
  }

  /** No file ids of the volume are given out until the returned function is called. One holder at a time. */
  holdWrites(volumeId: number): () => void {
    this.#held.add(volumeId);
    this.#touchId(volumeId);
    return () => {
      this.#held.delete(volumeId);
      this.#touchId(volumeId);
    };
  }

  /** Whether the volume has as many copies as it asks for. */
  hasItsCopies(volume: IndexedVolume): boolean {
    const copies = replicaCopies(this.placementOf(volume));
    const { size } = volume.replicas;
    return size === copies || (size > copies && this.#options.placementIsMinimum);
  }

  writables(key: LayoutKey): readonly IndexedVolume[] {
    const layout = this.#layouts.get(layoutName(key));
    return layout === undefined ? [] : this.#refresh(layout);
  }

  /** Whether every writable volume of the layout is nearly full. */
  isCrowded(key: LayoutKey): boolean {
    const layout = this.#layouts.get(layoutName(key));
    if (layout === undefined) return true;
    return this.#refresh(layout).length <= layout.crowded;
  }

  placementOf(volume: IndexedVolume): ReplicaPlacement {
    return replicaPlacementFromByte(volume.layout.placement);
  }

  #refresh(layout: LayoutState): readonly IndexedVolume[] {
    if (layout.writables === undefined) {
      layout.writables = [...layout.volumes].filter((volume) => this.#isWritable(volume));
      const crowdedBytes = this.#options.volumeSizeLimitBytes * CROWDED_RATIO;
      layout.crowded = layout.writables.filter((volume) => expectedBytes(volume) > crowdedBytes).length;
    }
    return layout.writables;
  }

  #isWritable(volume: IndexedVolume): boolean {
    if (!this.hasItsCopies(volume) || this.#held.has(volume.id)) return false;
    for (const [server, record] of volume.replicas) {
      if (record.readOnly || server.isInMaintenance) return false;
    }
    return expectedBytes(volume) < this.#options.volumeSizeLimitBytes;
  }

  #layoutState(key: LayoutKey): LayoutState {
    const name = layoutName(key);
    let layout = this.#layouts.get(name);
    if (layout === undefined) {
      layout = { key, volumes: new Set(), writables: undefined, crowded: 0, filling: new Map() };
      this.#layouts.set(name, layout);
    }
    return layout;
  }

  #touchId(volumeId: number): void {
    const volume = this.#volumes.get(volumeId);
    if (volume !== undefined) this.#touch(volume);
  }

  #touch(volume: IndexedVolume): void {
    const layout = this.#layouts.get(layoutName(volume.layout));
    if (layout !== undefined) layout.writables = undefined;
  }

  #dropFromLayout(volume: IndexedVolume): void {
    const name = layoutName(volume.layout);
    const layout = this.#layouts.get(name);
    if (layout === undefined) return;
    layout.volumes.delete(volume);
    layout.writables = undefined;
    if (layout.volumes.size === 0) this.#layouts.delete(name);
  }
}

const layoutOf = ({ collection, placement, ttl, diskType }: VolumeRecord): LayoutKey => ({
  collection,
  placement,
  ttl,
  diskType,
});

const expectedBytes = (volume: IndexedVolume): number => {
  let largest = 0;
  for (const { sizeBytes } of volume.replicas.values()) largest = Math.max(largest, sizeBytes);
  return largest + volume.pendingBytes;
};

/** Names the disks that hold a volume's copies. */
const disksOf = ({ replicas }: IndexedVolume): string =>
  [...replicas]
    .map(([{ identity }, { diskId }]) => `${identity.id}/${diskId}`)
    .sort()
    .join(' ');

const liesWhereWished = (volume: IndexedVolume, wish: PlacementWish): boolean => {
  for (const { identity } of volume.replicas.keys()) {
    const fits =
      (wish.dataCenter === '' || identity.dataCenter === wish.dataCenter) &&
      (wish.rack === '' || identity.rack === wish.rack) &&
      (wish.dataNode === '' || identity.id === wish.dataNode);
    if (fits) return true;
  }
  return false;
};
