import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Room for the boundaries and headers of a form around its file. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/**
 * The whole body in one buffer. A body that is longer than allowed is refused before it is taken in, or as soon as it shows.
 * @throws HttpError 400
 */
export function readRequestBody(request: IncomingMessage, fileSizeBytesMax: number): Promise<Buffer> {
  const bytesMax = fileSizeBytesMax + FORM_OVERHEAD_BYTES;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) return Promise.reject(tooLong(fileSizeBytesMax));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        request.pause();
        reject(tooLong(fileSizeBytesMax));
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes));
    });
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new HttpError(400, 'the body ended before its announced length'));
    });
  });
}

function tooLong(fileSizeBytesMax: number): HttpError {
  return new HttpError(400, `file over the limited ${fileSizeBytesMax} bytes`, { Connection: 'close' });
}
