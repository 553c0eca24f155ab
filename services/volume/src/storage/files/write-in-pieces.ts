import type { FileSystem } from './file-system.ts';

/**
 * Bytes of one call. The kernel caches what one call writes in pages as large as the call: where a virtual machine gives free memory
 * back to its host, which is done in units of 2 MiB, pages of that size must each be fetched from the host again, at 0.7 GB/s. Smaller
 * ones come from memory that the machine still has, at 4 GB/s (docs/decisions/0038-large-appends-in-pieces.md).
 */
export const WRITE_PIECE_BYTES = 512 * 1024;

/** Buffers of one call; systems take 1,024 (IOV_MAX). */
const WRITE_PIECE_BUFFERS = 1_024;

/**
 * Writes the buffers one behind the other from `position` on, in one call or several. Buffers must not change until `done`; after an
 * error it is not known how much was written.
 */
export function writeInPieces(
  files: FileSystem,
  handle: number,
  buffers: readonly Uint8Array[],
  position: number,
  done: (error: Error | null) => void,
): void {
  const rest = new Rest(buffers);
  const writeNext = (at: number): void => {
    const piece = rest.next();
    if (piece.length === 0) {
      done(null);
      return;
    }
    files.writev(handle, piece, at, (error, written) => {
      if (error !== null && error !== undefined) {
        done(error);
        return;
      }
      // A disk that fills up takes a part first; the next call then says why.
      rest.advance(written);
      writeNext(at + written);
    });
  };
  writeNext(position);
}

/** What is still to be written. */
class Rest {
  readonly #buffers: readonly Uint8Array[];
  #index = 0;
  #offsetBytes = 0;

  constructor(buffers: readonly Uint8Array[]) {
    this.#buffers = buffers;
  }

  /** What the next call writes; nothing when all is written. */
  next(): Uint8Array[] {
    const piece: Uint8Array[] = [];
    let roomBytes = WRITE_PIECE_BYTES;
    for (let index = this.#index; index < this.#buffers.length && piece.length < WRITE_PIECE_BUFFERS; index += 1) {
      if (roomBytes === 0) break;
      const buffer = this.#buffers[index];
      if (buffer === undefined || buffer.length === 0) continue;
      const start = index === this.#index ? this.#offsetBytes : 0;
      const isWhole = start === 0 && buffer.length <= roomBytes;
      const taken = isWhole ? buffer : buffer.subarray(start, start + roomBytes);
      roomBytes -= taken.length;
      piece.push(taken);
    }
    return piece;
  }

  advance(writtenBytes: number): void {
    let toPassBytes = writtenBytes;
    while (this.#index < this.#buffers.length) {
      const leftBytes = (this.#buffers[this.#index]?.length ?? 0) - this.#offsetBytes;
      if (toPassBytes < leftBytes) break;
      toPassBytes -= leftBytes;
      this.#index += 1;
      this.#offsetBytes = 0;
    }
    this.#offsetBytes += toPassBytes;
  }
}
