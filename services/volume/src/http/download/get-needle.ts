import {
  type DecodedNeedle,
  FormatError,
  hasFlag,
  NEEDLE_FLAG,
  parseKeyAndCookie,
  parseVolumeId,
} from '@needlestack/needle-format';
import { readNeedle } from '../../core/needles/read-needle.ts';
import { admitDownload, holdDownload } from '../admission/admit-transfer.ts';
import { authorizeRead } from '../admission/authorize-request.ts';
import type { HttpContext } from '../http-context.ts';
import { asVolumeError, readStatus } from '../http-error.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { extensionOf } from '../needle-path.ts';
import { sendEmpty } from '../send-response.ts';
import { formatHttpDate, isModifiedSinceMet } from './conditional-request.ts';
import { typeByExtension } from './content-type.ts';
import { formatETag } from './etag.ts';
import { forwardRead, readReplica } from './forward-read.ts';
import { sendContent } from './send-content.ts';
import { readManifest, sendManifest } from './send-manifest.ts';
import { addStoredPairs } from './stored-pairs.ts';
import { readImageWish, transformImage } from './transform-image.ts';
import { isGzip, unfoldGzip } from './unfold-gzip.ts';

/** A needle as a path names it. */
interface NamedNeedle {
  readonly volumeId: number;
  readonly key: bigint;
  readonly cookie: number;
}

/** Answers GET and HEAD. Refusals have no body. */
export function getNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  if (context.access.readKey !== undefined) authorizeRead(exchange, context.access, context.clock.nowMs());
  const id = readName(exchange);
  if (id === undefined) {
    sendEmpty(exchange, 400);
    return undefined;
  }
  if (context.downloads === undefined) return readNamed(context, exchange, id);
  return admitDownload(context, exchange, id.volumeId).then((isAdmitted) =>
    isAdmitted ? readNamed(context, exchange, id) : undefined,
  );
}

function readName({ path }: NeedleExchange): NamedNeedle | undefined {
  try {
    const volumeId = parseVolumeId(path.volumeText);
    const { key, cookie } = parseKeyAndCookie(path.fileText);
    return { volumeId, key, cookie };
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function readNamed(context: HttpContext, exchange: NeedleExchange, id: NamedNeedle): Promise<void> | undefined {
  const found = findNeedle(context, exchange, id);
  if (found !== undefined) {
    return found.then(
      (needle) => answerNeedle(context, exchange, needle),
      (error: unknown) => refuseRead(context, exchange, id.volumeId, error),
    );
  }
  if (context.readMode !== 'local') return forwardRead(context, exchange, id.volumeId);
  sendEmpty(exchange, 404);
  return undefined;
}

/** Undefined when the volume is not here, neither as a whole nor in shards. */
function findNeedle(
  { registry, ecNeedles }: HttpContext,
  exchange: NeedleExchange,
  { volumeId, key, cookie }: NamedNeedle,
): Promise<DecodedNeedle> | undefined {
  const volume = registry.get(volumeId);
  if (volume !== undefined) {
    return readNeedle(volume, key, { cookie, readDeleted: exchange.parameter('readDeleted') === 'true' });
  }
  return ecNeedles?.has(volumeId) === true ? ecNeedles.read(volumeId, key, cookie) : undefined;
}

/** What this server cannot read, because it is damaged or the disk fails, another holder of the volume may have. */
function refuseRead(
  context: HttpContext,
  exchange: NeedleExchange,
  volumeId: number,
  error: unknown,
): Promise<void> | undefined {
  const volumeError = asVolumeError(error);
  if (volumeError === undefined) throw error;
  const status = readStatus(volumeError.code);
  if (status >= 500) context.onFault(error, exchange.pathText);
  const hasReplicas = (context.registry.get(volumeId)?.copies ?? 1) > 1;
  if (status === 500 && hasReplicas) return readReplica(context, exchange, volumeId);
  sendEmpty(exchange, status);
  return undefined;
}

/** Nothing here waits unless the needle must be decoded, or lies in chunks. */
function answerNeedle(
  context: HttpContext,
  exchange: NeedleExchange,
  needle: DecodedNeedle,
): Promise<void> | undefined {
  const { headers, request } = exchange;
  if (context.downloads !== undefined) holdDownload(context.downloads, exchange, needle.data.length);
  if (needle.lastModifiedSeconds > 0) {
    headers.add('Last-Modified', formatHttpDate(needle.lastModifiedSeconds));
    if (isModifiedSinceMet(request.headers, needle.lastModifiedSeconds)) {
      sendEmpty(exchange, 304);
      return undefined;
    }
  }
  const etag = formatETag(needle.dataCrc32c);
  if (request.headers['if-none-match'] === etag) {
    sendEmpty(exchange, 304);
    return undefined;
  }
  headers.add('ETag', etag);
  if (needle.pairs !== undefined) addStoredPairs(headers, needle.pairs);
  if (hasFlag(needle.flags, NEEDLE_FLAG.chunkManifest) && exchange.parameter('cm') !== 'false') {
    return answerManifest(context, exchange, needle);
  }
  return answerData(exchange, needle);
}

/** What calls itself a manifest and is none is given as it is. */
async function answerManifest(context: HttpContext, exchange: NeedleExchange, needle: DecodedNeedle): Promise<void> {
  const manifest = await readManifest(needle);
  if (manifest === undefined) await answerData(exchange, needle);
  else await sendManifest(context, exchange, manifest);
}

function answerData(exchange: NeedleExchange, needle: DecodedNeedle): Promise<void> | undefined {
  const { path } = exchange;
  const name = path.fileName !== '' ? path.fileName : textOf(needle.name);
  const type = typeOf(needle, name);
  const isFolded = hasFlag(needle.flags, NEEDLE_FLAG.compressed) && isGzip(needle.data);
  const wish = readImageWish(exchange, path.extension !== '' ? path.extension : extensionOf(name));
  if (wish === undefined && (!isFolded || acceptsGzip(exchange))) {
    if (isFolded) exchange.headers.set('Content-Encoding', 'gzip');
    sendContent(exchange, { data: needle.data, name, type });
    return undefined;
  }
  return (isFolded ? unfoldGzip(needle.data) : Promise.resolve(needle.data))
    .then((data) => (wish === undefined ? data : transformImage(data, wish)))
    .then((data) => sendContent(exchange, { data, name, type }));
}

/** A stored type that says something, else that of the name's extension. */
function typeOf(needle: DecodedNeedle, name: string): string | undefined {
  const stored = textOf(needle.mime);
  return stored === '' || stored.startsWith('application/octet-stream') ? typeByExtension(extensionOf(name)) : stored;
}

function acceptsGzip({ request }: NeedleExchange): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && accepted.includes('gzip');
}

function textOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined || bytes.length === 0) return '';
  return (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString();
}
