import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SeededRandom } from '@needlestack/fuzz';
import type { DiskCall } from './parse-strace.ts';

/*
 * A disk that loses power. What was synced is there; what was not may be there, or not, or in part (whole sectors of 512 bytes), and in
 * any order. Entries of a directory (files made, renamed, removed) are kept in their order: a prefix of those since its last sync is
 * there, as journalling file systems have it.
 */

const SECTOR_BYTES = 512;

interface FileChange {
  readonly at: number;
  /** Absent for a change of length to `at`. */
  readonly bytes: Buffer | undefined;
  state: 'under-way' | 'done' | 'durable';
}

interface File {
  readonly changes: FileChange[];
  lengthBytes: number;
}

type Entries = ReadonlyMap<string, File>;

interface Directory {
  /** Entries as of the last sync. */
  durable: Map<string, File>;
  /** Entries as the program sees them. */
  current: Map<string, File>;
  /** Entries after each change since the last sync. */
  pending: Map<string, File>[];
}

/** What a sync that has begun will make durable. */
type SyncScope =
  | { readonly changes: readonly FileChange[] }
  | { readonly directory: Directory; readonly entries: Entries };

export class CrashDisk {
  readonly #directories = new Map<string, Directory>();
  readonly #underWay = new Map<
    number,
    { readonly change?: FileChange; readonly sync?: SyncScope; readonly synced?: boolean }
  >();

  /** A directory whose entries and files are all on stable storage. */
  addDirectory(path: string, files: ReadonlyMap<string, Buffer>): void {
    const entries = new Map<string, File>();
    for (const [name, bytes] of files) {
      entries.set(name, { changes: [{ at: 0, bytes, state: 'durable' }], lengthBytes: bytes.length });
    }
    this.#directories.set(path, { durable: entries, current: new Map(entries), pending: [] });
  }

  begin(id: number, call: DiskCall): void {
    switch (call.kind) {
      case 'create':
        this.#create(call.path, call.truncates);
        return;
      case 'rename':
        this.#rename(call.path, call.to);
        return;
      case 'unlink':
        this.#change(dirname(call.path), (entries) => entries.delete(call.path));
        return;
      case 'write': {
        const file = this.#fileAt(call.path);
        const change: FileChange = { at: call.at ?? file.lengthBytes, bytes: call.bytes, state: 'under-way' };
        file.changes.push(change);
        file.lengthBytes = Math.max(file.lengthBytes, change.at + call.bytes.length);
        this.#underWay.set(id, { change, synced: call.synced });
        return;
      }
      case 'truncate': {
        const file = this.#fileAt(call.path);
        const change: FileChange = { at: call.length, bytes: undefined, state: 'under-way' };
        file.changes.push(change);
        file.lengthBytes = call.length;
        this.#underWay.set(id, { change });
        return;
      }
      case 'sync':
        this.#underWay.set(id, { sync: this.#scopeOf(call.path) });
        return;
      case 'say':
    }
  }

  end(id: number): void {
    const { change, sync, synced } = this.#underWay.get(id) ?? {};
    this.#underWay.delete(id);
    if (change !== undefined) change.state = synced === true ? 'durable' : 'done';
    if (sync === undefined) return;
    if ('changes' in sync) {
      for (const done of sync.changes) done.state = 'durable';
      return;
    }
    const { directory, entries } = sync;
    const known = directory.pending.findIndex((candidate) => candidate === entries);
    if (known < 0) return;
    directory.durable = new Map(entries);
    directory.pending.splice(0, known + 1);
  }

  /** Writes what a power failure at this moment may leave below `target`, in place of the traced directories' common root. */
  writeCrashState(root: string, target: string, random: SeededRandom): void {
    for (const [path, directory] of this.#directories) {
      const kept = random.between(0, directory.pending.length + 1);
      const entries = kept === 0 ? directory.durable : (directory.pending[kept - 1] ?? directory.durable);
      mkdirSync(join(target, path.slice(root.length)), { recursive: true });
      for (const [name, file] of entries)
        writeFileSync(join(target, name.slice(root.length)), crashContent(file, random));
    }
  }

  /** Writes what a killed process leaves below `target`: all that it did, since the kernel lives on. */
  writeKillState(root: string, target: string): void {
    for (const [path, { current }] of this.#directories) {
      mkdirSync(join(target, path.slice(root.length)), { recursive: true });
      for (const [name, file] of current) {
        const content = new Content();
        for (const change of file.changes) content.apply(change, () => true);
        writeFileSync(join(target, name.slice(root.length)), content.bytes);
      }
    }
  }

  #create(path: string, truncates: boolean): void {
    const existing = this.#directories.get(dirname(path))?.current.get(path);
    if (existing === undefined) {
      this.#change(dirname(path), (entries) => entries.set(path, { changes: [], lengthBytes: 0 }));
    } else if (truncates) {
      existing.changes.push({ at: 0, bytes: undefined, state: 'done' });
      existing.lengthBytes = 0;
    }
  }

  #rename(path: string, to: string): void {
    this.#change(dirname(path), (entries) => {
      const file = entries.get(path);
      if (file === undefined) throw new Error(`${path} is renamed and was never made`);
      entries.delete(path);
      entries.set(to, file);
    });
  }

  #change(path: string, change: (entries: Map<string, File>) => void): void {
    const directory = this.#directories.get(path);
    if (directory === undefined) throw new Error(`the directory ${path} is not known`);
    change(directory.current);
    directory.pending.push(new Map(directory.current));
  }

  #fileAt(path: string): File {
    const file = this.#directories.get(dirname(path))?.current.get(path);
    if (file === undefined) throw new Error(`${path} is written and was never made`);
    return file;
  }

  #scopeOf(path: string): SyncScope {
    const directory = this.#directories.get(path);
    if (directory !== undefined) return { directory, entries: directory.pending.at(-1) ?? directory.durable };
    // Only what had returned before the sync began is promised.
    return { changes: this.#fileAt(path).changes.filter(({ state }) => state === 'done') };
  }
}

function crashContent(file: File, random: SeededRandom): Buffer {
  const durable = file.changes.filter(({ state }) => state === 'durable');
  const loose = file.changes.filter(({ state }) => state !== 'durable');
  const content = new Content();
  for (const change of durable) content.apply(change, () => true);
  for (const change of shuffled(loose, random)) {
    const fate = random.next();
    if (fate < 1 / 3) continue;
    content.apply(change, fate < 2 / 3 ? () => true : () => random.next() < 0.5);
  }
  return content.bytes;
}

/** What a file holds while changes are made to it one by one. */
class Content {
  #room: Buffer = Buffer.alloc(SECTOR_BYTES);
  #lengthBytes = 0;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#lengthBytes);
  }

  /** @param keeps asked for every sector */
  apply({ at, bytes }: FileChange, keeps: () => boolean): void {
    if (bytes === undefined) {
      this.#resize(at);
      return;
    }
    for (let from = 0; from < bytes.length; ) {
      // Sectors are those of the file, not of the write.
      const to = Math.min(bytes.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
      if (keeps()) {
        if (this.#lengthBytes < at + to) this.#resize(at + to);
        bytes.copy(this.#room, at + from, from, to);
      }
      from = to;
    }
  }

  /** What is new is zero. */
  #resize(lengthBytes: number): void {
    if (lengthBytes > this.#room.length) {
      const larger = Buffer.alloc(lengthBytes * 2);
      this.bytes.copy(larger);
      this.#room = larger;
    }
    if (lengthBytes < this.#lengthBytes) this.#room.fill(0, lengthBytes, this.#lengthBytes);
    this.#lengthBytes = lengthBytes;
  }
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = random.between(0, index + 1);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
