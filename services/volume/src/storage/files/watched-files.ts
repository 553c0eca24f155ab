import type { FileSystem } from './file-system.ts';

/*
 * Notices a disk that hangs. A call that waits in the kernel cannot be taken back, so what helps is to start no further ones: each
 * would hold one more thread, and soon the other disks would have none.
 *
 * Calls under way are counted by the second in which they began, in a ring, so that a call costs two additions and no list. Once one
 * has waited too long the disk counts as hung until every call has come back.
 */

const SLOT_MS = 1_024;
const SLOTS = 64;

/** What a call gets that is not started any more. */
export class HungDiskError extends Error {
  readonly code = 'EIO';

  constructor() {
    super('the disk does not answer');
    this.name = 'HungDiskError';
  }
}

/** The file system of one data directory, watched. */
export class WatchedFiles implements FileSystem {
  readonly #files: FileSystem;
  readonly #nowMs: () => number;
  readonly #hungAfterMs: number;
  readonly #slots = new Int32Array(SLOTS);
  #underWay = 0;
  #hung = false;

  /** @param nowMs a clock that never goes back */
  constructor(files: FileSystem, nowMs: () => number, hungAfterMs: number) {
    if (hungAfterMs > SLOT_MS * (SLOTS - 2)) throw new Error(`the ring is too short for ${hungAfterMs} ms`);
    this.#files = files;
    this.#nowMs = nowMs;
    this.#hungAfterMs = hungAfterMs;
  }

  /** Looks at the calls under way: true when one has waited too long, and until all have come back. */
  checkHung(): boolean {
    if (this.#underWay === 0) this.#hung = false;
    else if (!this.#hung) this.#hung = this.#oldestAgeMs() > this.#hungAfterMs;
    return this.#hung;
  }

  /** Watches a call that is not one of a file system's own, such as asking for the free space. */
  async watch<T>(call: () => Promise<T>): Promise<T> {
    const slot = this.#enter();
    try {
      return await call();
    } finally {
      this.#leave(slot);
    }
  }

  readonly open: FileSystem['open'] = (path, flags, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.open(path, flags, (error, handle) => {
      this.#leave(slot);
      done(error, handle);
    });
  };

  readonly writev: FileSystem['writev'] = (handle, buffers, position, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.writev(handle, buffers, position, (error, bytes) => {
      this.#leave(slot);
      done(error, bytes);
    });
  };

  readonly write: FileSystem['write'] = (handle, bytes, position, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.write(handle, bytes, position, (error, written) => {
      this.#leave(slot);
      done(error, written);
    });
  };

  readonly read: FileSystem['read'] = (handle, target, length, position, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.read(handle, target, length, position, (error, bytes) => {
      this.#leave(slot);
      done(error, bytes);
    });
  };

  readonly readNow: FileSystem['readNow'] = (handle, target, length, position) => {
    if (this.#hung) throw new HungDiskError();
    return this.#files.readNow(handle, target, length, position);
  };

  readonly fdatasync: FileSystem['fdatasync'] = (handle, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.fdatasync(handle, (error) => {
      this.#leave(slot);
      done(error);
    });
  };

  readonly ftruncate: FileSystem['ftruncate'] = (handle, length, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.ftruncate(handle, length, (error) => {
      this.#leave(slot);
      done(error);
    });
  };

  readonly fstat: FileSystem['fstat'] = (handle, done) => {
    if (this.#hung) return refuse(done);
    const slot = this.#enter();
    this.#files.fstat(handle, (error, stats) => {
      this.#leave(slot);
      done(error, stats);
    });
  };

  /** A handle is given back in any case. */
  readonly close: FileSystem['close'] = (handle, done) => this.#files.close(handle, done);

  #enter(): number {
    const slot = Math.floor(this.#nowMs() / SLOT_MS) % SLOTS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1;
    this.#underWay += 1;
    return slot;
  }

  #leave(slot: number): void {
    this.#slots[slot] = (this.#slots[slot] ?? 0) - 1;
    this.#underWay -= 1;
  }

  /** By the slot of the oldest call; exact to the length of a slot, and never too old. */
  #oldestAgeMs(): number {
    const now = this.#nowMs();
    const current = Math.floor(now / SLOT_MS);
    for (let back = SLOTS - 1; back >= 0; back -= 1) {
      const slot = current - back;
      if (slot >= 0 && (this.#slots[slot % SLOTS] ?? 0) > 0) return now - (slot + 1) * SLOT_MS;
    }
    return 0;
  }
}

function refuse(done: (error: Error, value: never) => void): void {
  setImmediate(done as (error: Error) => void, new HungDiskError());
}
