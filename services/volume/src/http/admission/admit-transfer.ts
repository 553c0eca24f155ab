import { replicaCopies } from '@needlestack/needle-format';
import { forwardRead } from '../download/forward-read.ts';
import type { HttpContext } from '../http-context.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { sendEmpty, sendError } from '../send-response.ts';
import type { TransferLimit } from './transfer-limit.ts';

/** The client closed the request: an answer that nobody reads, but that is counted. */
const CLIENT_GONE = 499;

/**
 * Lets a read begin, at once or when others have ended. One of a volume with several copies is handed to another holder instead, unless
 * it comes from one. False when the request is answered.
 */
export async function admitDownload(
  context: HttpContext,
  exchange: NeedleExchange,
  volumeId: number,
): Promise<boolean> {
  const { downloads } = context;
  if (downloads === undefined || !downloads.isOver) return true;
  context.counters.handled('downloadLimitCondition');
  const volume = context.registry.get(volumeId);
  const hasReplicas = volume !== undefined && replicaCopies(volume.replicaPlacement) > 1;
  if (hasReplicas && exchange.parameter('proxied') !== 'true') {
    await forwardRead(context, exchange, volumeId);
    return false;
  }
  // How large the needle is shows when it is found; until then it counts for nothing.
  const admission = await downloads.admit(0, exchange.gone);
  if (admission === 'admitted') return true;
  if (admission === 'gone') sendEmpty(exchange, CLIENT_GONE);
  else {
    sendError(
      exchange,
      429,
      `request ${exchange.pathText} because inflight download data ${downloads.underWayBytes} > ${downloads.bytesMax}, and wait timeout`,
    );
  }
  return false;
}

/** Counts the bytes of an answer until its last byte is with the client's connection, or that is gone. */
export function holdDownload(downloads: TransferLimit, exchange: NeedleExchange, bytes: number): void {
  downloads.add(bytes);
  exchange.response.once('close', () => downloads.release(bytes));
}

/**
 * Lets an upload begin; replicas' writes always. Returns what gives its bytes back, or undefined when the request is answered.
 */
export async function admitUpload(
  { uploadLimit, counters }: HttpContext,
  exchange: NeedleExchange,
): Promise<(() => void) | undefined> {
  if (uploadLimit === undefined || exchange.parameter('type') === 'replicate') return () => undefined;
  if (uploadLimit.isOver) counters.handled('uploadLimitCondition');
  const bytes = Number(exchange.request.headers['content-length'] ?? 0);
  const admission = await uploadLimit.admit(bytes, exchange.gone);
  if (admission === 'admitted') return () => uploadLimit.release(bytes);
  // The body was not read: the connection cannot be used for another request.
  exchange.headers.set('Connection', 'close');
  if (admission === 'gone') sendError(exchange, CLIENT_GONE, 'context canceled');
  else {
    sendError(
      exchange,
      429,
      `reject because inflight upload data ${uploadLimit.underWayBytes} > ${uploadLimit.bytesMax}, and wait timeout`,
    );
  }
  return undefined;
}
