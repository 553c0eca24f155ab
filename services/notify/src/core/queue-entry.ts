import { LANES } from './limits.ts';

/** One event on its way to one target: what a queue stores. */
export interface QueueEntry {
  /** Stable: the same outbox row gives the same id again. */
  readonly eventId: string;
  readonly seq: bigint;
  /** Without `s3:`. */
  readonly eventName: string;
  readonly bucket: string;
  /** Not escaped; empty for events of a bucket. */
  readonly key: string;
  /** MIME type of the body. */
  readonly contentType: string;
  readonly queuedAtMs: number;
  /** Attempts made before it was stored. */
  readonly attempts: number;
  /** What the target receives. */
  readonly body: Uint8Array;
  /** Fields that another writer stored beside ours; carried along when the entry is stored again. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** `bucket/key`: the unit of ordering. */
export function orderingPath(entry: Pick<QueueEntry, 'bucket' | 'key'>): string {
  return `${entry.bucket}/${entry.key}`;
}

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Lane of an entry: FNV-1a over the UTF-16 units of its path. Equal paths share a lane. */
export function laneOf(entry: Pick<QueueEntry, 'bucket' | 'key'>): number {
  const path = orderingPath(entry);
  let digest = FNV_OFFSET_BASIS;
  for (let index = 0; index < path.length; index += 1) {
    digest = Math.imul(digest ^ path.charCodeAt(index), FNV_PRIME);
  }
  return (digest >>> 0) % LANES;
}
