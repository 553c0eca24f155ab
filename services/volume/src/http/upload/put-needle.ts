import type { IncomingMessage } from 'node:http';
import {
  type FileId,
  FormatError,
  hasFlag,
  NEEDLE_FLAG,
  type Needle,
  parseKeyAndCookie,
  parseVolumeId,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { freeMemory } from '@needlestack/service-kit';
import {
  type ReplicatedRequest,
  type Replication,
  writeElsewhere,
  writeReplicated,
} from '../../core/needles/replicate-needle.ts';
import { type WriteOutcome, writeNeedle } from '../../core/needles/write-needle.ts';
import type { Volume } from '../../core/volume/volume.ts';
import { authorizationOf, authorizeWrite } from '../admission/authorize-request.ts';
import { formatCrc32c } from '../download/etag.ts';
import type { HttpContext } from '../http-context.ts';
import { asVolumeError, HttpError, isLocalWriteFailure, writeFailure } from '../http-error.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { sendEmpty, sendJson } from '../send-response.ts';
import { readUpload, type Upload } from './read-upload.ts';

/** Answers PUT and POST: stores the body here and, unless another server sent it, on every other holder. */
export async function putNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  const volumeId = readVolumeId(exchange);
  authorizeWrite(exchange, context.access, context.clock.nowMs());
  const fileId = { volumeId, ...readKeyAndCookie(exchange) };
  const volume = context.registry.get(fileId.volumeId);
  const refusal = volume?.refusal();
  if (refusal !== undefined) throw describeFailure(context, refusal, fileId);
  const bodyBytes = announcedBytes(exchange.request, context.fileSizeBytesMax);
  const release = context.uploads.takeNow(bodyBytes) ?? (await context.uploads.take(bodyBytes));
  let body: Buffer | undefined;
  try {
    const upload = await readUpload(exchange, fileId, {
      fileSizeBytesMax: context.fileSizeBytesMax,
      fixesJpegOrientation: context.fixesJpegOrientation,
      nowMs: context.clock.nowMs(),
    });
    // What goes to other servers may still be on its way when they have answered.
    if (volume !== undefined && staysHere(exchange, volume)) body = upload.body;
    const outcome = await store(context, exchange, fileId, volume, upload.needle);
    answerStored(exchange, upload, outcome);
  } catch (error) {
    throw describeFailure(context, error, fileId);
  } finally {
    if (body !== undefined) freeMemory(body);
    release();
  }
}

/** Writes here and on the other holders. A copy for this server, or a volume with one copy, is written here only. */
function store(
  { replication }: HttpContext,
  exchange: NeedleExchange,
  fileId: FileId,
  volume: Volume | undefined,
  needle: Needle,
): Promise<WriteOutcome> {
  const write = { fsync: exchange.parameter('fsync') === 'true', skipUnchanged: true };
  if (volume !== undefined && staysHere(exchange, volume)) return writeNeedle(volume, needle, write);
  const request = { ...write, authorization: authorizationOf(exchange) };
  if (volume !== undefined) return writeReplicated(replication, volume, needle, request);
  return isReplica(exchange) ? Promise.reject(notFound(fileId)) : storeElsewhere(replication, fileId, needle, request);
}

/** Another server sent it, and takes it to the others. */
function isReplica(exchange: NeedleExchange): boolean {
  return exchange.parameter('type') === 'replicate';
}

function staysHere(exchange: NeedleExchange, volume: Volume): boolean {
  return volume.copies === 1 || isReplica(exchange);
}

/** A volume that is not here is written where it is. */
async function storeElsewhere(
  replication: Replication,
  fileId: FileId,
  needle: Needle,
  request: ReplicatedRequest,
): Promise<WriteOutcome> {
  if (!(await writeElsewhere(replication, fileId, needle, request))) throw notFound(fileId);
  return 'written';
}

function notFound({ volumeId }: FileId): VolumeError {
  return new VolumeError('volume-not-found', `volume ${volumeId} not found`);
}

function answerStored(exchange: NeedleExchange, upload: Upload, outcome: WriteOutcome): void {
  const { needle } = upload;
  const etag = formatCrc32c(needle.checksum);
  exchange.headers.add('ETag', `"${etag}"`);
  exchange.headers.add('Content-MD5', upload.contentMd5);
  if (outcome === 'unchanged') {
    sendEmpty(exchange, 204);
    return;
  }
  sendJson(exchange, 201, {
    name: hasFlag(needle.flags, NEEDLE_FLAG.hasName) ? upload.name || undefined : undefined,
    size: upload.sizeBytes || undefined,
    eTag: etag,
    mime: hasFlag(needle.flags, NEEDLE_FLAG.hasMime) ? upload.mime || undefined : undefined,
    contentMd5: upload.contentMd5 || undefined,
  });
}

function describeFailure({ counters }: HttpContext, error: unknown, { cookie }: FileId): unknown {
  const volumeError = asVolumeError(error);
  if (volumeError !== undefined && isLocalWriteFailure(volumeError)) counters.handled('errorWriteToLocalDisk');
  if (volumeError?.code === 'cookie-mismatch') {
    return new HttpError(500, `failed to write to local disk: mismatching cookie ${cookie.toString(16)}`);
  }
  if (volumeError !== undefined) return writeFailure(volumeError);
  return error instanceof FormatError ? new HttpError(400, error.message) : error;
}

/** What the body may take of memory; one of unknown length may become as large as any. */
function announcedBytes({ headers }: IncomingMessage, fileSizeBytesMax: number): number {
  const announced = headers['content-length'];
  return announced === undefined ? fileSizeBytesMax : Number(announced);
}

/** The texts are those of the language in which the wire was first written; clients and tests look at them. */
function readVolumeId({ path: { volumeText } }: NeedleExchange): number {
  try {
    return parseVolumeId(volumeText);
  } catch {
    const why = /^\d+$/.test(volumeText) ? 'value out of range' : 'invalid syntax';
    throw new HttpError(400, `strconv.ParseUint: parsing ${JSON.stringify(volumeText)}: ${why}`);
  }
}

function readKeyAndCookie({ path: { fileText } }: NeedleExchange): Omit<FileId, 'volumeId'> {
  try {
    return parseKeyAndCookie(fileText);
  } catch {
    throw new HttpError(400, `Invalid fid: ${fileText}`);
  }
}
