/**
 * Messages of a gRPC stream as the library takes them, whole and with their header:
 *
 *   u8 compressed | u32 length of the message | message, big-endian
 *
 * The library's own decoder keeps the pieces of a message, copies them together at its end, and holds on to them until the next message or the end of
 * the call: a large message costs twice its size and more. This one copies each piece to its place as it comes.
 */
import { MESSAGE_FIRST_BYTES, MESSAGE_GROWTH } from './limits.ts';

const HEADER_BYTES = 5;
const AT_LENGTH = 1;
const NOTHING = Buffer.alloc(0);

export class FrameDecoder {
  readonly #messageBytesMax: number;
  /** What has come of the present frame. */
  #frame = NOTHING;
  #filled = 0;
  /** Of the whole frame; of its header until that is complete. */
  #length = HEADER_BYTES;

  /** `messageBytesMax`: -1 for no bound. */
  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax;
  }

  /** Takes what came, and gives the frames that are complete with it; they are copies. Throws for a message longer than the bound. */
  write(data: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    for (let at = 0; at < data.length; ) {
      // Mostly a header comes in one piece; then the frame gets its memory at once.
      if (this.#filled === 0 && data.length - at >= HEADER_BYTES) this.#announce(data, at);
      const taken = Math.min(data.length - at, this.#length - this.#filled);
      this.#take(data, at, at + taken);
      at += taken;
      if (this.#filled === HEADER_BYTES) this.#announce(this.#frame, 0);
      if (this.#filled < this.#length) continue;
      frames.push(this.#frame);
      this.#frame = NOTHING;
      this.#filled = 0;
      this.#length = HEADER_BYTES;
    }
    return frames;
  }

  #announce(bytes: Buffer, headerAt: number): void {
    const messageBytes = bytes.readUInt32BE(headerAt + AT_LENGTH);
    const bytesMax = this.#messageBytesMax;
    if (bytesMax !== -1 && messageBytes > bytesMax)
      throw new Error(`Received message larger than max (${messageBytes} vs ${bytesMax})`);
    this.#length = HEADER_BYTES + messageBytes;
  }

  #take(data: Buffer, start: number, end: number): void {
    const filled = this.#filled + end - start;
    if (filled > this.#frame.length) this.#makeRoom(filled);
    data.copy(this.#frame, this.#filled, start, end);
    this.#filled = filled;
  }

  /** Memory follows what has come, not what was announced. */
  #makeRoom(neededBytes: number): void {
    const grownBytes = Math.max(MESSAGE_FIRST_BYTES, neededBytes, this.#frame.length * MESSAGE_GROWTH);
    const grown = Buffer.allocUnsafe(Math.min(this.#length, grownBytes));
    this.#frame.copy(grown, 0, 0, this.#filled);
    this.#frame = grown;
  }
}
