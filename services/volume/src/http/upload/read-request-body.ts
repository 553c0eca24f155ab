import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { freeMemory } from '@needlestack/service-kit';
import { HttpError } from '../http-error.ts';

/** Room for the boundaries and headers of a form around its file. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/** What is needed of a request to read its body. */
export type BodySource = Readable & Pick<IncomingMessage, 'headers' | 'complete'>;

/**
 * The whole body in one buffer, as soon as its last byte is there. A body that is longer than allowed is refused before it is taken in,
 * or as soon as it shows.
 * @throws HttpError 400
 */
export function readRequestBody(request: BodySource, fileSizeBytesMax: number): Promise<Buffer> {
  const bytesMax = fileSizeBytesMax + FORM_OVERHEAD_BYTES;
  const length = request.headers['content-length'];
  const announced = length === undefined ? undefined : Number(length);
  if (announced !== undefined && announced > bytesMax) return Promise.reject(tooLong(fileSizeBytesMax));
  const pieces = announced === undefined ? new PieceList() : new AnnouncedBody(announced);
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let isWhole = false;
    // Whoever has the body may have freed it by the time the request ends.
    const finish = (): void => {
      if (isWhole) return;
      isWhole = true;
      resolve(pieces.join());
    };
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > bytesMax) {
        request.pause();
        reject(tooLong(fileSizeBytesMax));
        return;
      }
      pieces.add(piece);
      if (bytes === announced) finish();
    });
    request.on('end', finish);
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new HttpError(400, 'the body ended before its announced length'));
    });
  });
}

/** A body of known length: one that comes in one piece is not copied, any other is copied once, as it comes. */
class AnnouncedBody {
  readonly #lengthBytes: number;
  #only: Buffer | undefined;
  #whole: Buffer | undefined;
  #usedBytes = 0;

  constructor(lengthBytes: number) {
    this.#lengthBytes = lengthBytes;
  }

  add(piece: Buffer): void {
    if (piece.length === this.#lengthBytes) {
      this.#only = piece;
      return;
    }
    // Memory is taken as bytes arrive, although all of it is asked for now.
    this.#whole ??= Buffer.allocUnsafeSlow(this.#lengthBytes);
    this.#whole.set(piece, this.#usedBytes);
    this.#usedBytes += piece.length;
    freeMemory(piece);
  }

  join(): Buffer {
    return this.#only ?? this.#whole?.subarray(0, this.#usedBytes) ?? NOTHING;
  }
}

/** A body whose length shows at its end. */
class PieceList {
  readonly #pieces: Buffer[] = [];

  add(piece: Buffer): void {
    this.#pieces.push(piece);
  }

  join(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

const NOTHING = Buffer.alloc(0);

function tooLong(fileSizeBytesMax: number): HttpError {
  return new HttpError(400, `file over the limited ${fileSizeBytesMax} bytes`, { Connection: 'close' });
}
