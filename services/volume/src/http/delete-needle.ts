import { type FileId, FormatError, parseKeyAndCookie, parseVolumeId } from '@needlestack/needle-format';
import { deleteNeedle as deleteLocal } from '../core/delete-needle.ts';
import { readNeedle } from '../core/read-needle.ts';
import { deleteReplicated } from '../core/replicate-needle.ts';
import type { Volume } from '../core/volume.ts';
import { authorizationOf, authorizeWrite } from './authorize-request.ts';
import type { HttpContext } from './http-context.ts';
import { asVolumeError, HttpError, writeFailure } from './http-error.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { sendEmpty, sendJson } from './send-response.ts';

/** Answers DELETE with the size field of the needle that is gone. */
export async function deleteNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  const { path } = exchange;
  authorizeWrite(exchange, context.access, context.clock.nowMs());
  let key: Pick<FileId, 'key' | 'cookie'>;
  try {
    key = parseKeyAndCookie(path.fileText);
  } catch {
    return sendEmpty(exchange, 400);
  }
  const volume = volumeOf(context, path.volumeText);
  if (volume === undefined) return sendJson(exchange, 404, { size: 0 });
  try {
    const fsync = exchange.parameter('fsync') === 'true';
    await readNeedle(volume, key.key, { cookie: key.cookie });
    const sizeBytes =
      exchange.parameter('type') === 'replicate'
        ? await deleteLocal(volume, key.key, { cookie: key.cookie, fsync })
        : await deleteReplicated(context.replication, volume, key.key, key.cookie, {
            fsync,
            authorization: authorizationOf(exchange),
          });
    if (sizeBytes === undefined) return sendJson(exchange, 404, { size: 0 });
    sendJson(exchange, 202, { size: sizeBytes });
  } catch (error) {
    const volumeError = asVolumeError(error);
    if (volumeError === undefined) throw error;
    if (volumeError.code === 'needle-not-found') return sendJson(exchange, 404, { size: 0 });
    if (volumeError.code === 'cookie-mismatch') throw new HttpError(400, 'File Random Cookie does not match.');
    throw writeFailure(volumeError);
  }
}

function volumeOf({ registry }: HttpContext, text: string): Volume | undefined {
  try {
    return registry.get(parseVolumeId(text));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
