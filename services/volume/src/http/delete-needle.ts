import {
  type DecodedNeedle,
  FormatError,
  hasFlag,
  NEEDLE_FLAG,
  parseKeyAndCookie,
  parseVolumeId,
} from '@needlestack/needle-format';
import { deleteNeedle as deleteLocal } from '../core/needles/delete-needle.ts';
import { readNeedle } from '../core/needles/read-needle.ts';
import { deleteReplicated } from '../core/needles/replicate-needle.ts';
import type { Volume } from '../core/volume/volume.ts';
import { authorizationOf, authorizeWrite } from './admission/authorize-request.ts';
import { deleteChunks } from './delete-chunks.ts';
import { readManifest } from './download/send-manifest.ts';
import type { HttpContext } from './http-context.ts';
import { asVolumeError, HttpError, writeFailure } from './http-error.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { sendJson } from './send-response.ts';

interface NamedKey {
  readonly key: bigint;
  readonly cookie: number;
}

/** Answers DELETE with the size field of the needle that is gone; of one that lies in chunks with the size of the file. */
export async function deleteNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  const { path } = exchange;
  let id: NamedKey;
  try {
    id = parseKeyAndCookie(path.fileText);
  } catch {
    throw new HttpError(400, `Invalid fid: ${path.fileText}`);
  }
  authorizeWrite(exchange, context.access, context.clock.nowMs());
  const volumeId = readVolumeId(path.volumeText);
  if (volumeId !== undefined && context.ecNeedles?.has(volumeId) === true) {
    return deleteEncoded(context, exchange, volumeId, id);
  }
  const volume = volumeId === undefined ? undefined : context.registry.get(volumeId);
  const sizeBytes = volume === undefined ? undefined : await deletePlain(context, exchange, volume, id);
  if (sizeBytes === undefined) sendJson(exchange, 404, { size: 0 });
  else sendJson(exchange, 202, { size: sizeBytes });
}

/** Undefined when there is no such needle. */
async function deletePlain(
  context: HttpContext,
  exchange: NeedleExchange,
  volume: Volume,
  { key, cookie }: NamedKey,
): Promise<number | undefined> {
  try {
    const needle = await readNeedle(volume, key, { cookie });
    const fileBytes = await deleteContent(context, exchange, needle);
    const fsync = exchange.parameter('fsync') === 'true';
    const sizeBytes =
      exchange.parameter('type') === 'replicate'
        ? await deleteLocal(volume, key, { cookie, fsync })
        : await deleteReplicated(context.replication, volume, key, cookie, {
            fsync,
            authorization: authorizationOf(exchange),
          });
    return sizeBytes === undefined ? undefined : (fileBytes ?? sizeBytes);
  } catch (error) {
    const volumeError = asVolumeError(error);
    if (volumeError === undefined) throw error;
    if (volumeError.code === 'needle-not-found') return undefined;
    if (volumeError.code === 'cookie-mismatch') throw new HttpError(400, 'File Random Cookie does not match.');
    const failure = writeFailure(volumeError);
    throw failure.status === 500 ? new HttpError(500, `Deletion Failed: ${volumeError.message}`) : failure;
  }
}

/** The chunks go first: what is left of a deletion that failed half way can still be deleted. Resolves with the size of the file. */
async function deleteContent(
  context: HttpContext,
  exchange: NeedleExchange,
  needle: DecodedNeedle,
): Promise<number | undefined> {
  if (!hasFlag(needle.flags, NEEDLE_FLAG.chunkManifest)) return undefined;
  const manifest = await readManifest(needle);
  if (manifest === undefined) throw new HttpError(500, 'Load chunks manifest error: the needle holds no manifest');
  // Only the server that was asked deletes them; its replicas hold copies of the manifest, not of the order to delete.
  if (exchange.parameter('type') !== 'replicate') await deleteChunks(context, manifest.chunks, exchange.gone);
  return manifest.sizeBytes;
}

async function deleteEncoded(
  { ecNeedles, registry }: HttpContext,
  exchange: NeedleExchange,
  volumeId: number,
  { key, cookie }: NamedKey,
): Promise<void> {
  try {
    const sizeBytes = await ecNeedles?.delete(volumeId, key, cookie);
    // While a volume is being cut into shards it is there twice.
    const volume = registry.get(volumeId);
    if (volume !== undefined) await deleteLocal(volume, key, { cookie });
    sendJson(exchange, 202, { size: sizeBytes ?? 0 });
  } catch (error) {
    const volumeError = asVolumeError(error);
    if (volumeError === undefined) throw error;
    if (volumeError.code === 'cookie-mismatch') {
      throw new HttpError(500, `Deletion Failed: unexpected cookie ${cookie.toString(16)}`);
    }
    if (volumeError.code === 'needle-not-found') throw new HttpError(500, 'Deletion Failed: already deleted');
    throw new HttpError(500, `Deletion Failed: ${volumeError.message}`);
  }
}

function readVolumeId(text: string): number | undefined {
  try {
    return parseVolumeId(text);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
