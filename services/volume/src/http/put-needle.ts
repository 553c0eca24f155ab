import type { IncomingMessage } from 'node:http';
import { type FileId, FormatError, parseKeyAndCookie, parseVolumeId } from '@needlestack/needle-format';
import { writeReplicated } from '../core/replicate-needle.ts';
import { writeNeedle } from '../core/write-needle.ts';
import { authorizationOf, authorizeWrite } from './authorize-request.ts';
import { formatCrc32c } from './etag.ts';
import type { HttpContext } from './http-context.ts';
import { asVolumeError, HttpError, writeFailure } from './http-error.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { readUpload } from './read-upload.ts';
import { sendEmpty, sendJson } from './send-response.ts';

/** Answers PUT and POST: stores the body here and, unless another server sent it, on every other holder. */
export async function putNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  authorizeWrite(exchange, context.access, context.clock.nowMs());
  const fileId = readFileId(exchange);
  const volume = context.registry.get(fileId.volumeId);
  if (volume === undefined) throw new HttpError(404, `volume ${fileId.volumeId} not found`);
  const refusal = volume.refusal();
  if (refusal !== undefined) throw writeFailure(refusal);
  const release = await context.uploads.take(announcedBytes(exchange.request, context.fileSizeBytesMax));
  try {
    const upload = await readUpload(exchange, fileId, {
      fileSizeBytesMax: context.fileSizeBytesMax,
      nowMs: context.clock.nowMs(),
    });
    const { needle } = upload;
    const write = { fsync: exchange.parameter('fsync') === 'true', skipUnchanged: true };
    const outcome =
      exchange.parameter('type') === 'replicate'
        ? await writeNeedle(volume, needle, write)
        : await writeReplicated(context.replication, volume, needle, {
            ...write,
            authorization: authorizationOf(exchange),
          });
    const etag = formatCrc32c(needle.checksum);
    exchange.headers.add('ETag', `"${etag}"`);
    exchange.headers.add('Content-MD5', upload.contentMd5);
    if (outcome === 'unchanged') return sendEmpty(exchange, 204);
    sendJson(exchange, 201, {
      name: upload.name || undefined,
      size: upload.sizeBytes || undefined,
      eTag: etag,
      mime: upload.mime || undefined,
      contentMd5: upload.contentMd5 || undefined,
    });
  } catch (error) {
    const volumeError = asVolumeError(error);
    if (volumeError?.code === 'cookie-mismatch') {
      throw new HttpError(500, `failed to write to local disk: mismatching cookie ${fileId.cookie.toString(16)}`);
    }
    if (volumeError !== undefined) throw writeFailure(volumeError);
    if (error instanceof FormatError) throw new HttpError(400, error.message);
    throw error;
  } finally {
    release();
  }
}

/** What the body may take of memory; one of unknown length may become as large as any. */
function announcedBytes({ headers }: IncomingMessage, fileSizeBytesMax: number): number {
  const announced = headers['content-length'];
  return announced === undefined ? fileSizeBytesMax : Number(announced);
}

/** The texts are those of the language in which the wire was first written; clients and tests look at them. */
function readFileId({ path }: NeedleExchange): FileId {
  const { volumeText, fileText } = path;
  let volumeId: number;
  try {
    volumeId = parseVolumeId(volumeText);
  } catch {
    const why = /^\d+$/.test(volumeText) ? 'value out of range' : 'invalid syntax';
    throw new HttpError(400, `strconv.ParseUint: parsing ${JSON.stringify(volumeText)}: ${why}`);
  }
  try {
    return { volumeId, ...parseKeyAndCookie(fileText) };
  } catch {
    throw new HttpError(400, `Invalid fid: ${fileText}`);
  }
}
