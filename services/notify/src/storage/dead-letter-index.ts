/** What a dead-letter store knows without reading: which letters there are, by id and by path, oldest seq first. */
import { orderingPath, type QueueEntry } from '../core/queue-entry.ts';

interface IndexedLetter<L> {
  readonly eventId: string;
  readonly path: string;
  readonly seq: bigint;
  /** Where the store finds it. */
  readonly location: L;
}

export class DeadLetterIndex<L> {
  readonly #letters = new Map<string, IndexedLetter<L>>();
  readonly #idsByPath = new Map<string, string[]>();

  get size(): number {
    return this.#letters.size;
  }

  get(eventId: string): L | undefined {
    return this.#letters.get(eventId)?.location;
  }

  /** Returns the location that the same letter had before. */
  put(entry: QueueEntry, location: L): L | undefined {
    const { eventId, seq } = entry;
    const path = orderingPath(entry);
    const before = this.#letters.get(eventId);
    this.#letters.set(eventId, { eventId, path, seq, location });
    if (before !== undefined) return before.location;
    const ids = this.#idsByPath.get(path) ?? [];
    const place = ids.findLastIndex((id) => (this.#letters.get(id)?.seq ?? 0n) <= seq);
    ids.splice(place + 1, 0, eventId);
    this.#idsByPath.set(path, ids);
    return undefined;
  }

  delete(eventId: string): void {
    const letter = this.#letters.get(eventId);
    if (letter === undefined) return;
    this.#letters.delete(eventId);
    const ids = (this.#idsByPath.get(letter.path) ?? []).filter((id) => id !== eventId);
    if (ids.length === 0) this.#idsByPath.delete(letter.path);
    else this.#idsByPath.set(letter.path, ids);
  }

  idsOfPath(path: string): readonly string[] {
    return this.#idsByPath.get(path) ?? [];
  }

  idsAfter(afterSeq: bigint, max: number): readonly string[] {
    return [...this.#letters.values()]
      .filter(({ seq }) => seq > afterSeq)
      .sort((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0))
      .slice(0, max)
      .map(({ eventId }) => eventId);
  }
}
