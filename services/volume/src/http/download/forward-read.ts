import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { PeerAnswer } from '../../core/needles/read-ports.ts';
import type { HttpContext } from '../http-context.ts';
import { asVolumeError } from '../http-error.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { sendEmpty } from '../send-response.ts';

/** Belong to one connection, not to the message (RFC 9110, section 7.6.1); and what this server says of itself. */
const OWN_REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'host',
  'te',
  'upgrade',
  'transfer-encoding',
  'content-length',
]);
const OWN_ANSWER_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'server',
  'date',
  'x-amz-request-id',
]);

/** Tells other servers, through SeaweedFS's too, that a read was handed on: two that take each other for the holder would do so forever. */
const HANDED_ON_HEADER = 'x-needlestack-handed-on';

/** Has another holder of the volume answer: by asking it on the client's behalf, or by sending the client there. 404 when there is none. */
export async function forwardRead(context: HttpContext, exchange: NeedleExchange, volumeId: number): Promise<void> {
  const address = await findOtherHolder(context, exchange, volumeId);
  if (address === undefined) {
    context.counters.handled('emptyReadProxyLocaction');
    return sendEmpty(exchange, 404);
  }
  if (context.readMode === 'proxy') return proxyRead(context, exchange, address);
  return redirectRead(context, exchange, address);
}

/** Answers with the copy of another holder, where this server's own cannot be read. 500 when there is none. */
export async function readReplica(context: HttpContext, exchange: NeedleExchange, volumeId: number): Promise<void> {
  const address = await findOtherHolder(context, exchange, volumeId);
  if (address === undefined) sendEmpty(exchange, 500);
  else await proxyRead(context, exchange, address);
}

/** Undefined too for a read that another server handed on. */
async function findOtherHolder(
  { peers, random }: HttpContext,
  exchange: NeedleExchange,
  volumeId: number,
): Promise<string | undefined> {
  if (exchange.request.headers[HANDED_ON_HEADER] !== undefined) return undefined;
  try {
    const addresses = await peers.otherHolders(volumeId, 1, exchange.gone);
    return addresses[Math.floor(random() * addresses.length)];
  } catch (error) {
    if (asVolumeError(error)?.code === 'unreachable') return undefined;
    throw error;
  }
}

/** The other server is asked with GET, also for HEAD. */
async function proxyRead(context: HttpContext, exchange: NeedleExchange, address: string): Promise<void> {
  context.counters.handled('readProxyRequest');
  const query = new URLSearchParams(exchange.query);
  query.set('proxied', 'true');
  let answer: PeerAnswer;
  try {
    const headers = { ...requestHeaders(exchange.request.headers), [HANDED_ON_HEADER]: '1' };
    const target = `${exchange.pathText}?${query}`;
    answer = await context.peers.open({ method: 'GET', address, target, headers }, exchange.gone);
  } catch (error) {
    if (asVolumeError(error)?.code !== 'unreachable') throw error;
    context.onFault(error, exchange.pathText);
    context.counters.handled('failedReadProxyRequest');
    return sendEmpty(exchange, 500);
  }
  const { headers, response } = exchange;
  for (let at = 0; at < answer.headers.length; at += 2) {
    const name = answer.headers[at] ?? '';
    if (!OWN_ANSWER_HEADERS.has(name.toLowerCase())) headers.set(name, answer.headers[at + 1] ?? '');
  }
  response.writeHead(answer.status, headers.flat);
  if (exchange.method === 'HEAD') response.end();
  else await pipeline(answer.body, response);
}

/** Of the query only the collection goes with the client. */
function redirectRead(context: HttpContext, exchange: NeedleExchange, address: string): void {
  context.counters.handled('readRedirectRequest');
  const { volumeText, fileText } = exchange.path;
  const collection = exchange.parameter('collection');
  const query = new URLSearchParams({ ...(collection === undefined ? {} : { collection }), proxied: 'true' });
  const scheme = context.isTls ? 'https' : 'http';
  exchange.headers.add('Location', `${scheme}://${address}/${volumeText},${fileText}?${query}`);
  sendEmpty(exchange, 301);
}

function requestHeaders(headers: IncomingHttpHeaders): Record<string, string | readonly string[]> {
  const kept: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !OWN_REQUEST_HEADERS.has(name)) kept[name] = value;
  }
  return kept;
}
