import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';

/** Files of a job by the ids of their shards. Synchronous: jobs have a thread of their own. */
export class ShardStreamFiles {
  readonly #handles = new Map<number, number>();

  /** `flags` as for fopen: `r` for shards that are there, `w` for new ones. */
  constructor(shards: readonly { readonly shardId: number; readonly path: string }[], flags: 'r' | 'w') {
    try {
      for (const { shardId, path } of shards) this.#handles.set(shardId, openSync(path, flags));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get shardIds(): number[] {
    return [...this.#handles.keys()];
  }

  /** Fills the target. @throws Error when the shard ends before */
  read(shardId: number, target: Buffer, offsetBytes: number): void {
    const bytesRead = readFully(this.#handle(shardId), target, offsetBytes);
    if (bytesRead < target.length) {
      throw new Error(`shard ${shardId} has ${bytesRead} bytes at ${offsetBytes}, expected ${target.length}`);
    }
  }

  write(shardId: number, bytes: Buffer, offsetBytes: number): void {
    writeFully(this.#handle(shardId), bytes, offsetBytes);
  }

  sync(): void {
    for (const handle of this.#handles.values()) fdatasyncSync(handle);
  }

  close(): void {
    for (const handle of this.#handles.values()) closeSync(handle);
    this.#handles.clear();
  }

  #handle(shardId: number): number {
    const handle = this.#handles.get(shardId);
    if (handle === undefined) throw new Error(`shard ${shardId} is not open`);
    return handle;
  }
}

/** As many bytes as there are, up to the length of the target. */
export function readFully(handle: number, target: Buffer, offsetBytes: number): number {
  let bytesRead = 0;
  while (bytesRead < target.length) {
    const read = readSync(handle, target, bytesRead, target.length - bytesRead, offsetBytes + bytesRead);
    if (read === 0) break;
    bytesRead += read;
  }
  return bytesRead;
}

export function writeFully(handle: number, bytes: Uint8Array, offsetBytes: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(handle, bytes, written, bytes.length - written, offsetBytes + written);
  }
}
