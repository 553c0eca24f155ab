import { type DecodedNeedle, hasFlag, NEEDLE_FLAG } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { type ChunkManifest, parseChunkManifest, sumChunks } from '../../core/needles/chunk-manifest.ts';
import type { HttpContext } from '../http-context.ts';
import { asVolumeError } from '../http-error.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { extensionOf } from '../needle-path.ts';
import { sendEmpty } from '../send-response.ts';
import { typeByExtension } from './content-type.ts';
import { readChunks } from './read-chunks.ts';
import { sendContent, streamContent } from './send-content.ts';
import { type ImageWish, readImageWish, transformImage } from './transform-image.ts';
import { unfoldGzip } from './unfold-gzip.ts';

/** A picture in chunks is put together in memory up to this size; a larger one is given as it is. */
const IMAGE_BYTES_MAX = 64 * 2 ** 20;

/** The manifest that a needle holds; undefined when it holds something else. */
export async function readManifest(needle: DecodedNeedle): Promise<ChunkManifest | undefined> {
  try {
    const isFolded = hasFlag(needle.flags, NEEDLE_FLAG.compressed);
    const data = isFolded ? await unfoldGzip(needle.data) : needle.data;
    return parseChunkManifest(Buffer.from(data).toString());
  } catch (error) {
    if (error instanceof VolumeError) return undefined;
    throw error;
  }
}

/** Answers with the chunks of a manifest, one after the other. A chunk that cannot be had is 500, or a cut connection. */
export async function sendManifest(
  context: HttpContext,
  exchange: NeedleExchange,
  manifest: ChunkManifest,
): Promise<void> {
  const name = exchange.path.fileName !== '' ? exchange.path.fileName : manifest.name;
  const { mime } = manifest;
  const type = mime === '' || mime.startsWith('application/octet-stream') ? typeByExtension(extensionOf(name)) : mime;
  exchange.headers.set('X-File-Store', 'chunked');
  const sizeBytes = sumChunks(manifest.chunks);
  const read = (startBytes: number, lengthBytes: number): AsyncIterable<Uint8Array> =>
    readChunks(context, manifest.chunks, startBytes, lengthBytes, exchange.gone);
  const wish = readImageWish(exchange, exchange.path.extension !== '' ? exchange.path.extension : extensionOf(name));
  try {
    if (wish !== undefined && sizeBytes <= IMAGE_BYTES_MAX) {
      sendContent(exchange, { data: await transformWhole(read(0, sizeBytes), wish), name, type });
    } else {
      await streamContent(exchange, { sizeBytes, name, type, read });
    }
  } catch (error) {
    if (asVolumeError(error) === undefined) throw error;
    context.onFault(error, exchange.pathText);
    if (exchange.response.headersSent) {
      exchange.response.destroy();
      return;
    }
    exchange.headers.remove('Content-Length');
    exchange.headers.remove('Content-Range');
    sendEmpty(exchange, 500);
  }
}

async function transformWhole(pieces: AsyncIterable<Uint8Array>, wish: ImageWish): Promise<Uint8Array> {
  return transformImage(Buffer.concat(await Array.fromAsync(pieces)), wish);
}
